# A primary that hangs comes back when Sentinel has just replaced it.  It does
# not know so, and the other replica follows it for another second.  With
# replicas=2 it confirms nothing: the one that is primary now is missing.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $valkey = start_valkey(replicas => 2, sentinels => 3);
my $nginx = start_nginx(place => $valkey->url, workers => 1,
    store => 'replicas=2 timeout=2s',
    app => 'callback_on failed; expires 1h;',
    allow => qr/whatsauth store "/);

ok $nginx->wait_until_open, 'before - codes';

my ($old, @replicas) = ($valkey->primary, $valkey->replicas);
my @issued = $nginx->issue;

$old->pause;
my $replaced = wait_until {
    grep { eval { $_->call('ROLE')->[0] eq 'master' } } @replicas;
} 60;
ok $replaced, 'the primary hangs - a replica takes over';
$old->resume;

# The old one is used until it is made a replica.

my $client = $nginx->client;
my $over = wait_until {
    push @issued, $client->request($nginx->issue_request);
    eval { $old->call('ROLE')->[0] ne 'master' };
} 60;
ok $over, 'it comes back - and is made a replica';

$valkey->wait_until_settled;
ok $nginx->wait_until_open, 'after - codes';

my @codes = grep { $_->{status} == 200 } @issued;
my @lost = grep {
    my $id = $_->{headers}{'whatsauth-id'};
    my $answer = $nginx->get("/api/v1/verification/$id",
                             { Authorization => "Bearer $TOKEN" });
    ($answer->{json}{status} // '') ne 'requested';
} @codes;

is scalar @lost, 0, 'after - each code that was answered is there'
    or diag scalar(@codes) . ' were answered';

$nginx->stop;
$valkey->stop;

done_testing;
