# The first requests of an nginx come before its workers have spoken to any
# server: they wait, and are answered.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Valkey;
use Test::WhatsAuth::ValkeyProxy;
use Time::HiRes qw( time );

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

plan skip_all => 'workers after a reload have the keys of those before'
    if $ENV{WHATSAUTH_HUP};

my $valkey = start_valkey(replicas => 1);
my $proxy = Test::WhatsAuth::ValkeyProxy->start($valkey->primary);
my %PAGES = (app => 'login on;', server => <<'END');
whatsauth_gate_numbers any;
location /login/ { whatsauth_login demo; }
location /private/ { whatsauth_gate demo; try_files /none =204; }
location /other/ { return 204; }
END


# Servers that take their time with each greeting: two links greet, one after
# the other.

$proxy->fault(on => 'INFO', delay => 700);

my $nginx = start_nginx(place => 'valkey://' . $proxy->address,
    store => 'replicas=1', allow => qr/whatsauth store "/, %PAGES);
my $began = time;
my @clients = map { $nginx->client } 1 .. 6;
my @requests = (
    [ 'a code', 200, $nginx->issue_request ],
    [ 'a code with a claim', 200, $nginx->issue_request(claim => 1) ],
    [ 'a message', 200, $nginx->message_request(text_message('hello')) ],
    [ 'a login page', 200, GET => '/login/' ],
    [ 'a gate', 401, GET => '/private/' ],
    [ 'an id', 404, GET => '/api/v1/verification/'
      . '00000000-0000-4000-8000-000000000000',
      { Authorization => "Bearer $TOKEN" } ],
);

is $nginx->get('/other/')->{status}, 204, 'a location without us - answered';
cmp_ok time - $began, '<', 0.5, 'at once';

$clients[$_]->send(@{ $requests[$_] }[2 .. $#{ $requests[$_] }])
    for 0 .. $#clients;

for (0 .. $#clients) {
    my ($title, $status) = @{ $requests[$_] };

    is $clients[$_]->receive->{status}, $status,
        "$title, before the first greeting - answered";
}

cmp_ok time - $began, '>', 0.7, 'they have waited';

# A client that goes meanwhile.

$nginx->restart;
$clients[0] = $nginx->client;
$clients[0]->send($nginx->issue_request);
undef $clients[0];
is $nginx->issue->{status}, 200, 'another client has gone - answered';

$proxy->heal;
$nginx->stop;

# A store that is away: the first requests wait for the timeout, as any do while
# it fails, and later ones do not.

my $away = start_nginx(place => 'valkey://127.0.0.1:1',
    store => 'timeout=2s', allow => qr/whatsauth store "/, %PAGES,
    workers => 1);

$began = time;
is $away->issue->{status}, 503, 'no store - refused';
cmp_ok time - $began, '>', 1, 'after the timeout';
$began = time;
is $away->issue->{status}, 503, 'again - refused';
cmp_ok time - $began, '<', 1, 'at once';

$away->stop;
$proxy->stop;
$valkey->stop;

done_testing;
