# Requests that wait for a login: what they get, when, and how they end.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );

my $nginx = start_nginx(quiet => 1,
    apps => whatsauth_app(more => "login on;\nexpires 5m;\nexpires_max 10m;")
            . whatsauth_app(name => 'brief', token => 'token-of-app-brief',
                            more => "login on;\nexpires 1s;"),
    server => 'gzip on; gzip_types *; gzip_min_length 1;'
              . ' send_timeout 2s;');

sub login {
    my (%parameter) = @_;

    my $issued = $nginx->issue(claim => 1, %parameter);

    return { code => $issued->{json}{code},
             claim => $issued->{headers}{'whatsauth-claim'} };
}

sub send_code {
    my ($login, %option) = @_;

    return $nginx->message(text_message(">>$login->{code}<<", %option));
}

sub ask {
    my ($login, $target, %header) = @_;

    my $client = $nginx->client;
    $client->send('GET', "/api/v1/claim$target",
                  { Authorization => "Bearer $login->{claim}", %header });

    return $client;
}

sub events {
    my ($login, %header) = @_;

    return ask($login, '', Accept => 'text/event-stream', %header);
}

# The statuses in a stream's text

sub statuses {
    my ($text) = @_;

    return join ' ', $text =~ /^event: status\ndata: \{.*?"status":"(\w+)"/mg;
}

# Events

my $login = login();
my $stream = events($login, 'Accept-Encoding' => 'gzip');
$stream->fill;
like $stream->{data}, qr/"status":"requested"/, 'events - the state, at once';

my $second = events($login);
send_code($login);

my $response = $stream->receive;
is statuses($response->{body}), 'requested validated',
    'events - each state, then the end';
like $response->{body}, qr/\Aretry: [1-4]\d{3}\n\n/, 'events - retry';
is_deeply [ @{ $response->{headers} }{qw( content-type cache-control
            x-accel-buffering transfer-encoding content-encoding )} ],
    [ 'text/event-stream', 'no-store', 'no', 'chunked', undef ],
    'events - the headers; not compressed';
is statuses($second->receive->{body}), 'requested validated',
    'events - a second stream of the same login';
is statuses(events($login)->receive->{body}), 'validated',
    'events - a state that is final is the only one';

my $expired = login(token => 'token-of-app-brief');
is statuses(events($expired)->receive->{body}), 'requested expired',
    'events - time ends a login';

my $failed = login(authorized_numbers => '+56911112222');
$stream = events($failed);
$stream->fill;
send_code($failed, from => "5698765431$_") for 1 .. 3;
is statuses($stream->receive->{body}), 'requested failed',
    'events - refused messages change nothing until the last one';

# An end that is not chunked

$login = login();
my $old = $nginx->client;
$old->write("GET /api/v1/claim HTTP/1.0\r\nAccept: text/event-stream\r\n"
            . "Authorization: Bearer $login->{claim}\r\n\r\n");
$old->fill;
send_code($login);
$old->{method} = 'GET';
is statuses($old->receive->{body}), 'requested validated', 'HTTP/1.0 - events';

# Long polls

$login = login();

for my $case (
    [ '?wait=1', '' ],
    [ '', 'wait=1' ],
    [ '', 'respond-async, wait=1' ],
    [ '', "wait=1\r\nPrefer: respond-async" ],
    [ '', 'respond-async; foo=bar, WAIT=1' ],
) {
    my ($target, $prefer) = @$case;
    my $title = "$target$prefer" =~ s/\r\n/ /r;
    my $from = time;
    my $waited = ask($login, $target,
                     $prefer ne '' ? (Prefer => $prefer) : ())->receive;

    is $waited->{json}{status}, 'requested', "$title - the state";
    cmp_ok time - $from, '>', 0.9, "$title - after a second";
}

for my $case (
    [ '?wait=0', '' ], [ '?wait=', '' ], [ '?wait=x', '' ],
    [ '', 'wait=x' ], [ '', 'await=9' ], [ '', 'wait' ], [ '', 'wait=' ],
    [ '?wait=9s', '' ], [ '', 'respond-async; wait=9' ],
) {
    my ($target, $prefer) = @$case;
    my $from = time;

    is ask($login, $target, $prefer ne '' ? (Prefer => $prefer) : ())
           ->receive->{status}, 200, "$target$prefer - answered";
    cmp_ok time - $from, '<', 5, "$target$prefer - at once";
}

my @waiting = map { ask($login, $_) } '?wait=55', '?wait=99999999999999999999';
$nginx->get('/worker') for 1 .. 20;
send_code($login);
is join(' ', map { $_->receive->{json}{status} } @waiting),
    'validated validated', 'wait - until something changes';
is ask($login, '?wait=55')->receive->{json}{status}, 'validated',
    'wait - a state that is final is not waited for';

# A connection goes on after a stream.

my $client = $nginx->client;
$login = login();
my %claim = (Authorization => "Bearer $login->{claim}");
$client->send('GET', '/api/v1/claim', { %claim,
                                        Accept => 'text/event-stream' });
$client->fill;
send_code($login);
is statuses($client->receive->{body}), 'requested validated',
    'keep-alive - a stream';
is $client->request('GET', '/api/v1/claim', \%claim)->{status}, 200,
    'keep-alive - and the next request';

# A client that goes leaves nothing behind.

$login = login();
events($login) for 1 .. 50;
send_code($login);
is ask($login, '')->receive->{json}{status}, 'validated',
    'clients that have gone - no harm';

# Ends of workers

$login = login();
my @streams = map { events($login) } 1 .. 100;
$_->fill for @streams;
my @polls = map { ask($login, '?wait=55') } 1 .. 100;
$nginx->get('/worker') for 1 .. 20;

my $from = time;
$nginx->reload;
cmp_ok time - $from, '<', 10, 'reload - no worker stays for them';
is scalar(grep { statuses($_->receive->{body}) eq 'requested' } @streams), 100,
    'reload - each stream ends whole';
is scalar(grep { ($_->receive->{json}{status} // '') eq 'requested' } @polls),
    100, 'reload - each poll has its response';

@streams = map { events($login) } 1 .. 100;
$_->fill for @streams;
my $ended = $nginx->pid;
$nginx->signal('QUIT');
is scalar(grep { statuses($_->receive->{body}) eq 'requested' } @streams), 100,
    'graceful exit - each stream ends whole';
ok wait_until(sub { return !kill 0, $ended }), 'graceful exit - and nginx';
unlike $nginx->error_log, qr/\[(?:alert|emerg|crit|error)\]/, 'no alert';

done_testing;
