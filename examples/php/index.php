<?php  // A login with WhatsApp: one request starts it, one collects it.

function ask($path, $token, $form = [], &$headers = []) {
    $answer = file_get_contents(getenv('WHATSAUTH') . $path, false,
        stream_context_create(['http' => ['method' => $form ? 'POST' : 'GET',
            'header' => ["Authorization: Bearer $token",
                         'Content-Type: application/x-www-form-urlencoded'],
            'content' => http_build_query($form), 'ignore_errors' => true]]));
    $headers = $http_response_header;
    return json_decode($answer);
}

session_start(['cookie_samesite' => 'Lax', 'cookie_httponly' => true]);
$token = getenv('WHATSAUTH_TOKEN');
$page = "$_SERVER[REQUEST_METHOD] " . strtok($_SERVER['REQUEST_URI'], '?');

// Another site could log its visitors in here as somebody else.
$own = strstr($_SERVER['HTTP_ORIGIN'] ?? '', '://')
       === "://$_SERVER[HTTP_HOST]";

if ($page === 'GET /') {
    echo isset($_SESSION['phone']) ? "Welcome, $_SESSION[phone]"
        : '<form method=post action=/login><button>Log in</button></form>';
} elseif (!$own) {
    http_response_code(403);
} elseif ($page === 'POST /login') {
    $code = ask('verification_code', $token, ['claim' => 1, 'qr' => 1], $all);
    $claim = current(preg_grep('/^whatsauth-claim:/i', $all));
    $_SESSION['claim'] = trim(substr($claim, 16));
    echo "Scan or <a href='", htmlspecialchars($code->link, ENT_QUOTES),
        "'>open</a> this, and press Send.<p><img src='$code->qr' alt='QR code'>
        <form method=post action=/done><button>Sent</button></form>";
} elseif ($page === 'POST /done') {
    $claim = $_POST['whatsauth_claim'] ?? $_SESSION['claim'] ?? '';
    ask('claim?wait=20', $claim);                  // for the message to come
    $login = ask('claim', $token, ['claim' => $claim]);
    if ($login->status !== 'validated') {
        http_response_code(403);
        exit($login->error);
    }
    session_regenerate_id(true);
    $_SESSION = ['phone' => $login->phone_number];
    header('Location: /', true, 303);
}
