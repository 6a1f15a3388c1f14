<?php  // A login with WhatsApp: one request starts it, one collects it.

function ask($path, $token, $fields = null, &$headers = null) {
    $body = file_get_contents(getenv('WHATSAUTH') . $path, false,
        stream_context_create(['http' => ['ignore_errors' => true,
            'method' => $fields ? 'POST' : 'GET', 'header' => "Authorization: "
                . "Bearer $token\r\nContent-Type: application/"
                . "x-www-form-urlencoded", 'timeout' => 30,
            'content' => http_build_query($fields ?? [])]]));
    $headers = $http_response_header ?? [];
    return json_decode($body);
}

session_start(['cookie_samesite' => 'Lax', 'cookie_httponly' => true]);
$token = getenv('WHATSAUTH_TOKEN');
$page = strtok($_SERVER['REQUEST_URI'], '?');

// Without this, another site could log its visitors in here as somebody else.
if ($_SERVER['REQUEST_METHOD'] === 'POST' && $_SERVER['HTTP_HOST']
        !== substr(strstr($_SERVER['HTTP_ORIGIN'] ?? '', '//'), 2)) {
    http_response_code(403);
} elseif ($_SERVER['REQUEST_METHOD'] === 'GET') {
    echo isset($_SESSION['phone']) ? "Welcome, $_SESSION[phone]"
        : '<form method=post action=/login><button>Log in</button></form>';
} elseif ($page === '/login') {
    $code = ask('verification_code', $token, ['claim' => 1, 'qr' => 1], $headers);
    $_SESSION['claim'] = substr(current(preg_grep('/^whatsauth-claim:/i',
                                                  $headers)), 17);
    echo "Scan or <a href='", htmlspecialchars($code->link, ENT_QUOTES),
        "'>open</a> this, and press Send.<p><img src='$code->qr' alt='QR code'>
        <form method=post action=/done><button>Sent</button></form>";
} elseif ($page === '/done') {
    $claim = $_POST['whatsauth_claim'] ?? $_SESSION['claim'] ?? '';
    ask('claim?wait=20', $claim);                  // for the message to come
    $login = ask('claim', $token, ['claim' => $claim]);
    if ($login->status === 'validated') {
        session_regenerate_id(true);
        $_SESSION = ['phone' => $login->phone_number];
        header('Location: /', true, 303);
    } else {
        http_response_code(403);
        echo $login->error;
    }
}
