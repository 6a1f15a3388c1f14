#!/usr/bin/perl
#
# ./dev leak: each kind of request many thousand times over the same
# connections.  After a warm-up the worker must hold no more memory and no more
# descriptors than before.  Arguments: names of rows, else all.
#
# The rate of a row is the median of what its parts add per request: a cache
# that fills, or a block of glibc's own, is in one part, a leak in all.

use strict;
use warnings;

use FindBin ();
use lib "$FindBin::Bin/../lib";

use List::Util qw( min );
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Test::WhatsAuth::Fault;
use Test::WhatsAuth::Gateway;
use Test::WhatsAuth::Process qw( memory descriptors );
use Test::WhatsAuth::Twilio;
use Time::HiRes qw( sleep );

my $REQUESTS = $ENV{LEAK_REQUESTS} // 5000;
my $PARTS = 9;
my $WIDTH = 32;                 # connections
my $LARGE = 70_000;             # bytes: more are parsed in a thread

# The most that a request may add, and all requests together may add in
# descriptors.  LMDB keeps as many pages of memory as its largest commit had,
# which now and then is one more.
my %ALLOWED = (blocks => 0.01, bytes => 32, anonymous => 64, descriptors => 0);

my $MESSAGES = '/api/v1/messages';
my $ISSUE = '/api/v1/verification_code';
my $NUMBER = '106540352242922';

my @ROWS = (
    [ 'issue', sub { issue('demo'); $WIDTH } ],
    [ 'issue-post', sub { same(200, post_issue('expires_at=1440')) } ],
    [ 'issue-callback', sub {
        same(200, issue_request(callback_url => site('/204?session=1'))) } ],
    [ 'issue-invalid', sub { same(400, issue_request(expires_at => 'x')) } ],
    [ 'issue-forbidden', sub {
        same(403, issue_request(callback_url => 'https://x.test/')) } ],
    [ 'issue-token', sub { same(401, issue_request(token => 'none')) } ],
    [ 'issue-large', sub { same(413, post_issue('x' x 20_000)) } ],
    [ 'issue-cors', sub { same(204, 'OPTIONS', $ISSUE,
                               { Origin => 'https://shop.test' }) } ],
    [ 'issue-page', sub { same(200, page_issue()) } ],
    [ 'issue-page-forbidden', sub {
        same(403, page_issue('?channel=sms')) } ],
    [ 'issue-method', sub { same(405, 'PUT', $ISSUE, {}, 'x') } ],
    [ 'issue-left', sub { leave(issue_request()) } ],
    [ 'qr-svg', sub { same(200, 'GET', image('svg')) } ],
    [ 'qr-png', sub { same(200, 'GET', image('png')) } ],
    [ 'qr-unknown', sub { same(404, 'GET', '/api/v1/qr/' . unknown()
                                           . '.svg') } ],
    [ 'login-page', sub { same(200, 'GET', '/login/') } ],
    [ 'login-start', sub {
        same(303, 'POST', '/login/start',
             { 'Sec-Fetch-Site' => 'same-origin',
               'Content-Type' => 'application/x-www-form-urlencoded' },
             'return=%2Flogin%2F') } ],
    [ 'login-cross-site', sub {
        same(403, 'POST', '/login/start',
             { 'Sec-Fetch-Site' => 'cross-site' }, '') } ],
    [ 'gate', sub { same(200, gated('/gated')) } ],
    [ 'gate-upstream', sub { same(204, gated('/gated/app')) } ],
    [ 'gate-require', sub { same(403, gated('/gated/nobody')) } ],
    [ 'gate-number', sub { same(403, gated('/gated/other', page => 1)) } ],
    [ 'gate-json', sub { same(401, gated('/gated', cookie => '')) } ],
    [ 'gate-page', sub {
        same(401, gated('/gated', cookie => '', page => 1)) } ],
    [ 'gate-spoilt', sub {
        same(401, gated('/gated', cookie => 'wa-demo=' . 'A' x 43,
                        page => 1)) } ],
    [ 'gate-collect', \&gate_collected ],
    [ 'gate-left', sub { gate_collected(left => 1) } ],
    [ 'claim', sub { claims(); $WIDTH } ],
    [ 'claim-status', sub { same(200, claim_request(claim())) } ],
    [ 'claim-unknown', sub { same(401, claim_request('wac_none')) } ],
    [ 'claim-events', sub { watched(Accept => 'text/event-stream') } ],
    [ 'claim-wait', sub { watched(Prefer => 'wait=55') } ],
    [ 'claim-left', sub { leave(claim_request(claim(),
                                Accept => 'text/event-stream')) } ],
    [ 'claim-collect', \&collected ],
    [ 'claim-collect-early', sub { same(409, collection(claim())) } ],
    [ 'sessions', sub { same(200, 'DELETE', '/api/v1/sessions?phone=5691111111',
        { Authorization => 'Bearer token-of-tenant-demo' }) } ],
    [ 'lookup', sub { same(200, lookup(known())) } ],
    [ 'lookup-unknown', sub { same(404, lookup(unknown())) } ],
    [ 'handshake', sub { same(200, handshake($VERIFY_TOKEN)) } ],
    [ 'handshake-token', sub { same(403, handshake('none')) } ],
    [ 'message', sub { log_in('silent') } ],
    [ 'message-replayed', sub { same(200, message(replayed())) } ],
    [ 'message-expired', sub { same(200, message(expired())) } ],
    [ 'message-refused', sub {
        log_in('demo', authorized_numbers => '56922222222') } ],
    [ 'message-unknown', sub { same(200, message(text_message(
                                   '>>0123456789<<'))) } ],
    [ 'message-forged', sub { same(401, message('{}', secret => 'none')) } ],
    [ 'message-invalid', sub { same(200, message('{"entry":[{"x')) } ],
    [ 'message-type', sub { same(415, 'POST', $MESSAGES,
                                 { 'Content-Type' => 'text/plain' }, 'x') } ],
    [ 'message-large', sub { same(200, message(large(1))) } ],
    [ 'message-large-invalid', sub { same(200, message(large(0))) } ],
    [ 'message-too-large', sub { same(413, 'POST', $MESSAGES,
        { 'Content-Type' => 'application/json',
          'Content-Length' => 4_000_000 }) } ],
    [ 'message-hidden', sub { hidden('demo', '/204') } ],
    [ 'batch', \&batch ],
    [ 'gateway', \&gateway ],
    [ 'gateway-forged', sub { same(401, gateway_request(gateway_body(),
                                     secret => 'none')) } ],
    [ 'twilio', \&twilio ],
    [ 'twilio-forged', sub { same(401, twilio_request(twilio_fields(),
                                                      token => 'none')) } ],
    [ 'callback', sub { delivered('demo', '/204') } ],
    [ 'callback-tls', sub { delivered('secure', '/tls') } ],
    [ 'callback-tls-name', sub { delivered('other-name') } ],
    [ 'callback-no-tls', sub { delivered('no-tls') } ],
    [ 'callback-no-name', sub { delivered('no-name') } ],
    [ 'callback-no-site', sub { delivered('no-site') } ],
    [ 'callback-closed', sub { delivered('closed', '/444') } ],
    [ 'callback-500', sub { delivered('failing', '/500') } ],
    [ 'callback-410', sub { delivered('gone', '/410') } ],
    [ 'reply', sub { delivered('polite', "/v26.0/$NUMBER/messages") } ],
    [ 'reply-refused', sub { delivered('unheard', "/no/$NUMBER/messages") } ],
    [ 'question', sub { hidden('polite', "/v26.0/$NUMBER/messages") } ],
    # The last, because its callbacks go on.
    [ 'callback-again', sub { log_in('again') } ],
);

my ($site, $site_log, $tls_port, $nginx, $fault, $worker, $idle);
my (@clients, %once);
my $users = 0;

# exit() runs the END blocks, which stop nginx.
$SIG{INT} = $SIG{TERM} = sub { exit 130 };

main();


sub main {
    my %wanted = map { $_ => 1 } @ARGV;
    my %known = map { $_->[0] => 1 } @ROWS;
    my @unknown = grep { !$known{$_} } @ARGV;

    die "no such row: @unknown; there are: ",
        join(' ', map { $_->[0] } @ROWS), "\n" if @unknown;

    $| = 1;
    start_all();

    printf "%-22s %8s %10s %10s %10s %12s\n", 'added per request', 'requests',
           'blocks', 'bytes', 'RssAnon', 'descriptors';

    my @rows = grep { !@ARGV || $wanted{$_->[0]} } @ROWS;
    my $failed = grep { !passes(@$_) } @rows;

    @clients = ();
    $_->end('QUIT') or die "nginx does not stop\n" for $nginx, $site;

    printf "%d passed, %d failed\n", @rows - $failed, $failed;
    exit($failed ? 1 : 0);
}


# Servers

sub start_all {
    my $ca = make_certificates();
    my ($cert, $key) = $ca->issue('site.test');
    my $dns = start_dns(map { $_ => ['127.0.0.1'] }
                        qw( site.test other.test ));

    $tls_port = slot_port(19);
    $site = start_nginx(plain => 1, apps => '', location => 'return 404;',
        log_level => 'crit', server => <<"END");
        listen 127.0.0.1:$tls_port ssl;
        ssl_certificate $cert;
        ssl_certificate_key $key;
        location = /204 { return 204; }
        location = /tls { return 204; }
        location = /410 { return 410; }
        location = /444 { return 444; }
        location = /500 { return 500; }
        location /v26.0/ { return 200 '{"messages":[{"id":"wamid.r"}]}'; }
        location /no/ { return 400 '{"error":{"code":131047}}'; }
END

    open $site_log, '<', $site->root . '/access.log' or die;

    # RssAnon does not go up and down with what glibc gives back, nor up with
    # each thread that for the first time gets a large body.
    local $ENV{MALLOC_TRIM_THRESHOLD_} = 1 << 40;
    local $ENV{MALLOC_ARENA_MAX} = 1;

    $fault = Test::WhatsAuth::Fault->new;
    $nginx = $fault->around(sub {
        start_nginx(workers => 1, store => 'size=4g', apps => apps(),
            server => login_and_gate(), http => join "\n",
                'keepalive_requests 1000000000;',
                'whatsauth_callback_inflight 512 per_host=256;',
                'whatsauth_callback_timeout 2s;',
                'resolver ' . $dns->address . ' ipv6=off;',
                'whatsauth_callback_ssl_trusted_certificate ' . $ca->file
                . ';');
    });

    ($worker) = $nginx->workers;
    $fault->set(pid => $worker);

    # The store, the socket to the name server, and the descriptor by which a
    # worker with streams learns of its end stay open.
    log_in('secure');
    ask(200, [ claim_request(claim(), Prefer => 'wait=1') ]);
    @clients = ();
    sleep 1;
    $idle = sample(0)->{descriptors};
}


sub login_and_gate {
    return 'location /login/ { whatsauth_login demo; }'
        . ' location /gated { whatsauth_gate demo;'
        . ' location = /gated { empty_gif; }'
        . ' location = /gated/app { proxy_pass ' . site('/204') . '; }'
        . ' location = /gated/nobody { whatsauth_gate_require $arg_a;'
        . ' empty_gif; }'
        . ' location = /gated/other { whatsauth_gate_numbers +56922222222;'
        . ' empty_gif; } }';
}


sub site {
    my ($path) = @_;

    return 'http://127.0.0.1:' . $site->port . $path;
}


# No code expires in the midst of a row, but for those of "short".

sub apps {
    my $retry = 'callback_retry 1d;';
    my $polite = 'response_message Welcome; reply_limit 65535/h 65535/h;';

    return join '',
        app('demo', site('/204'), 'authorized_origins https://shop.test;'
            . 'page_token token-of-a-page; start_limit 65535/m 65535/h;'
            . 'login on;'),
        app('silent', site('/204'), 'callback_on expired; login on;'),
        app('short', site('/204'), 'callback_on failed;', expires => '1s'),
        app('secure', "https://site.test:$tls_port/tls"),
        app('gone', site('/410')),
        app('again', site('/500'), 'callback_retry 100ms 1s;'),
        app('failing', site('/500'), $retry),
        app('closed', site('/444'), $retry),
        app('other-name', "https://other.test:$tls_port/tls", $retry),
        app('no-name', 'https://no-name.test/', $retry),
        app('no-tls', 'https://site.test:' . $site->port . '/204', $retry),
        app('no-site', 'http://127.0.0.1:' . slot_port(18) . '/204', $retry),
        app('polite', site('/204'), $polite, meta => api('/v26.0')),
        app('unheard', site('/204'), $polite, meta => api('/no')),
        gateway_app(name => 'json', token => 'token-of-tenant-json',
            callback_url => site('/204'),
            more => 'callback_on failed; expires 1d;'),
        twilio_app(name => 'form', token => 'token-of-tenant-form',
            callback_url => site('/204'),
            more => 'callback_on failed; expires 1d;');
}


sub app {
    my ($name, $url, $more, %option) = @_;

    return <<"END";
    whatsauth_app $name {
        token token-of-tenant-$name;
        phone $PHONE;
        callback_url $url;
        callback_secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjQw;
        meta app_secret=$APP_SECRET verify_token=$VERIFY_TOKEN
             phone_number_id=$NUMBER @{[ $option{meta} // '' ]};
        expires @{[ $option{expires} // '1d' ]};
        max_live 1000000;
        @{[ $more // '' ]}
    }
END
}


sub api {
    my ($path) = @_;

    return 'access_token=access-token api=' . site($path);
}


# Measuring

sub passes {
    my ($name, $round) = @_;

    my ($requests, @samples) = (0);

    my $good = eval {
        1 while ($requests += $round->()) < $REQUESTS / 2;
        $requests = 0;
        @samples = sample(0);

        for my $part (1 .. $PARTS) {
            do { $requests += $round->() }
                until $requests >= $REQUESTS * $part / $PARTS;
            push @samples, sample($requests);
        }
        1;
    };

    if (!$good) {
        printf "%-22s FAILED: %s", $name, $@;
        @clients = ();
        return 0;
    }

    return row($name, @samples);
}


# The worker's memory and descriptors, at the calmest of several moments.

sub sample {
    my ($requests) = @_;

    my %least = (requests => $requests);

    for (1 .. 10) {
        my %now = (
            blocks => $fault->get('blocks'),
            bytes => $fault->get('bytes'),
            # The pages of LMDB's map are those of its file, and shared memory
            # is of one size: neither is what a leak takes.
            anonymous => 1024 * (memory($worker, 'RssAnon')
                                 // die "the worker has died\n"),
            descriptors => descriptors($worker),
        );

        for my $what (keys %now) {
            $least{$what} = min($now{$what}, $least{$what} // $now{$what});
        }

        sleep 0.02;
    }

    return \%least;
}


sub row {
    my ($name, @samples) = @_;

    my %added = (descriptors => $samples[-1]{descriptors}
                                - $samples[0]{descriptors});

    for my $what (qw( blocks bytes anonymous )) {
        my @parts = sort { $a <=> $b }
                    map { added($what, @samples[$_ - 1, $_]) } 1 .. $PARTS;
        $added{$what} = $parts[$PARTS / 2];
    }

    my @over = grep { $added{$_} > $ALLOWED{$_} } sort keys %ALLOWED;

    printf "%-22s %8d %10.3f %10.1f %10.1f %12d  %s\n", $name,
           $samples[-1]{requests},
           @added{qw( blocks bytes anonymous descriptors )},
           @over ? "FAILED: @over" : 'ok';
    return !@over;
}


# Per request, from one sample to another.

sub added {
    my ($what, $from, $to) = @_;

    return ($to->{$what} - $from->{$what})
           / ($to->{requests} - $from->{requests});
}


# Requests: each row does one over each connection, and says how many.

sub same {
    my ($status, @request) = @_;

    ask($status, ([@request]) x $WIDTH);
    return $WIDTH;
}


sub ask {
    my ($status, @requests) = @_;

    for my $n (0 .. $#requests) {
        $clients[$n] //= Test::WhatsAuth::Client->connect($nginx->port);
        $clients[$n]->send(@{ $requests[$n] });
    }

    my @answers = map { $clients[$_]->receive } 0 .. $#requests;

    for my $n (0 .. $#answers) {
        my $answer = $answers[$n];
        die "an answer $answer->{status}: $answer->{body}\n"
            if $answer->{status} != $status;
        $clients[$n] = undef
            if ($answer->{headers}{connection} // '') eq 'close';
    }

    return @answers;
}


sub issue_request {
    return $nginx->issue_request(token => 'token-of-tenant-demo', @_);
}


sub post_issue {
    my ($body) = @_;

    return 'POST', $ISSUE, {
        Authorization => 'Bearer token-of-tenant-demo',
        'Content-Type' => 'application/x-www-form-urlencoded',
    }, $body;
}


sub page_issue {
    my ($query) = @_;

    return 'GET', $ISSUE . ($query // ''), {
        Authorization => 'Bearer token-of-a-page',
        Origin => 'https://shop.test',
    };
}


# Codes of an app, one over each connection.

sub issue {
    my ($app, %parameter) = @_;

    my $request = [ issue_request(token => "token-of-tenant-$app",
                                  %parameter) ];
    return map { $_->{json}{code} } ask(200, ($request) x $WIDTH);
}


# Codes of "silent" with claims, one over each connection: [ code, claim ].

sub claims {
    my $request = [ issue_request(token => 'token-of-tenant-silent',
                                  claim => 1) ];

    return map { [ $_->{json}{code}, $_->{headers}{'whatsauth-claim'} ] }
           ask(200, ($request) x $WIDTH);
}


# One that waits for ever

sub claim {
    return $once{claim} //= (claims())[0][1];
}


sub claim_request {
    my ($claim, %header) = @_;

    return 'GET', '/api/v1/claim', { Authorization => "Bearer $claim",
                                     %header };
}


sub collection {
    my ($claim) = @_;

    return 'POST', '/api/v1/claim', {
        Authorization => 'Bearer token-of-tenant-silent',
        'Content-Type' => 'application/x-www-form-urlencoded',
    }, "claim=$claim";
}


# A request to the gate.  Options: cookie, the value of the header (of a
# session); page, of a browser that shows a page.

sub gated {
    my ($path, %option) = @_;

    my $cookie = $option{cookie} // session();

    return 'GET', $path, {
        $cookie ne '' ? (Cookie => $cookie) : (),
        $option{page} ? ('Sec-Fetch-Mode' => 'navigate',
                         'Sec-Fetch-Dest' => 'document') : (),
    };
}


# The cookie of a session that stays: its number has no other.

sub session {
    return $once{session} //= do {
        my ($claim) = validated_claims('56933333333');
        my ($answer) = ask(303, [ gated('/gated', cookie => $claim,
                                        page => 1) ]);
        $answer->{headers}{'set-cookie'} =~ /\b(wa-demo=\w[\w-]+)/;
        $1;
    };
}


# The cookies of logins at the login page, one over each connection

sub validated_claims {
    my ($number) = @_;

    my @request = ('POST', '/login/start',
        { 'Sec-Fetch-Site' => 'same-origin', Accept => 'application/json',
          'Content-Type' => 'application/x-www-form-urlencoded' }, 'new=1');
    my @started = ask(200, ([@request]) x $WIDTH);

    ask(200, map { [ message(text_message($_->{json}{text},
        $number ? (message => { from => $number }) : ())) ] } @started);
    return map { $_->{headers}{'set-cookie'} =~ /^([^;]+)/ } @started;
}


# left: the client goes before the session is committed.

sub gate_collected {
    my (%option) = @_;

    my @requests = map { [ gated('/gated', cookie => $_, page => 1) ] }
                   validated_claims();

    if ($option{left}) {
        $nginx->client->send(@$_) for @requests;
        wait_until_calm();

    } else {
        ask(303, @requests);
    }

    return $WIDTH;
}


# Each connection waits for a login, which comes over others.

sub watched {
    my (%header) = @_;

    my @logins = claims();
    my @waiting = @clients;

    for my $n (0 .. $#logins) {
        $waiting[$n]->send(claim_request($logins[$n][1], %header));
    }

    @clients = @{ $once{senders} // [] };
    ask(200, map { [ message(text_message(">>$_->[0]<<")) ] } @logins);
    $once{senders} = [ @clients ];
    @clients = @waiting;

    $_->receive->{status} == 200 or die "a waiting client has no answer\n"
        for @waiting;
    return $WIDTH;
}


sub collected {
    my @logins = claims();

    ask(200, map { [ message(text_message(">>$_->[0]<<")) ] } @logins);
    ask(200, map { [ collection($_->[1]) ] } @logins);
    return $WIDTH;
}


# Clients that are gone before the answer.

sub leave {
    my (@request) = @_;

    for (1 .. $WIDTH) {
        $nginx->client->send(@request);
    }

    wait_until_calm();
    return $WIDTH;
}


sub message {
    my ($body, %option) = @_;

    return $nginx->message_request($body, %option);
}


sub log_in {
    my ($app, %parameter) = @_;

    ask(200, map { [ message(text_message(">>$_<<")) ] }
             issue($app, %parameter));
    return $WIDTH;
}


# Each ends with a request to this path of the site, if it comes so far.

sub delivered {
    my ($app, $path) = @_;

    log_in($app);
    be_heard($path) if defined $path;
    wait_until_calm();
    return $WIDTH;
}


# A line may be read in two parts while it is written.

sub be_heard {
    my ($path) = @_;

    my ($log, $heard) = ('', 0);

    wait_until {
        seek $site_log, 0, 1;
        local $/;
        $log .= <$site_log> // '';
        $heard = () = $log =~ m{"POST \Q$path\E }g;
        $heard >= $WIDTH;
    } 20 or die "the site has heard $heard of $WIDTH\n";
}


# Callbacks and replies have descriptors of their own.

sub wait_until_calm {
    my $open = $idle + grep { defined } @clients, @{ $once{senders} // [] };
    my $now;

    wait_until { ($now = descriptors($worker)) <= $open } 20
        or die 'there are still ', $now - $open, " descriptors\n";
}


sub batch {
    my @codes = issue('silent');
    my $payload = JSON::PP::decode_json(text_message('x'));
    my $message = $payload->{entry}[0]{changes}[0]{value}{messages}[0];

    my @messages = map { {
        %$message, text => { body => ">>$_<<" }, id => "wamid.b.$_",
    } } @codes;

    ask(200, [ message(text_message('x', value => {
        messages => \@messages })) ]);
    return $WIDTH;
}


sub gateway {
    ask(200, map { [ gateway_request(gateway_body(text => ">>$_<<")) ] }
             issue('json'));
    return $WIDTH;
}


sub twilio {
    my @codes = issue('form');

    ask(200, map { [ twilio_request(twilio_fields(Body => ">>$_<<")) ] }
             @codes);
    return $WIDTH;
}


# A user without a number: a callback, or a question that goes there.

sub hidden {
    my ($app, $path) = @_;

    ask(200, map {
        my $user = 'US.' . ++$users;
        [ message(text_message(">>$_<<",
            message => { from => undef, from_user_id => $user },
            value => { contacts => [ { user_id => $user } ] })) ]
    } issue($app));

    be_heard($path);
    wait_until_calm();
    return $WIDTH;
}


# A text of such a length, or one without its end.

sub large {
    my ($good) = @_;

    return $once{"large $good"} //= $good
        ? text_message('x' x $LARGE) : '{"entry":"' . 'x' x $LARGE;
}


sub lookup {
    my ($id) = @_;

    return 'GET', "/api/v1/verification/$id",
           { Authorization => 'Bearer token-of-tenant-demo' };
}


sub handshake {
    my ($token) = @_;

    return 'GET', "$MESSAGES?hub.mode=subscribe&hub.verify_token=$token"
                  . '&hub.challenge=1';
}


# A verification that rows ask for again and again

sub known {
    return $once{known} //= $nginx->request(issue_request())->{headers}
                            {'whatsauth-id'};
}


sub unknown {
    return '95852bde-2cd8-4614-853c-91d0abc8c89b';
}


sub image {
    my ($format) = @_;

    $once{qr} //= $nginx->request(issue_request(qr => 1))->{json}{qr};
    my ($path) = $once{qr} =~ m{(/api/v1/qr/.*)\.png\z} or die "$once{qr}\n";
    return "$path.$format";
}


sub replayed {
    return $once{replayed} //= text_message('>>' . (issue('silent'))[0] . '<<');
}


sub expired {
    return $once{expired} //= do {
        my $text = '>>' . (issue('short'))[0] . '<<';
        sleep 2;
        text_message($text);
    };
}
