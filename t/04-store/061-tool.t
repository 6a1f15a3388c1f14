# whatsauth-store looks into a store beside a running nginx.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));
my $path = $nginx->root . '/store';

sub tool {
    my (@arguments) = @_;

    my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
    my $said = `$tool @arguments 2>&1`;

    return $said, $? >> 8;
}

my $waiting = $nginx->issue;
my $issued = $nginx->issue;
my $code = $issued->{json}{code};
$nginx->message(text_message(">>$code<<", id => 'wamid.1'));

ok wait_until(sub { grep { $_->{state} eq 'kept' } $nginx->records }),
    'dump - tells how a record gets on';

my ($said, $status) = tool('dump', $path);
is $status, 0, 'dump - succeeds';

my @lines = split /\n/, $said;
is @lines, 2, 'one line for each record';
like $lines[0], qr/^\{"key":\d+,"id":"[0-9a-f-]{36}","code":"[0-9a-f]{10}",
    "app":"demo","state":"waiting","status":"requested","error":null,
    "channel":"whatsapp","attempts":0,"refusals":0,"requested_at":"[^"]+Z",
    "expires_at":"[^"]+Z","validated_at":null,"due_at":"[^"]+Z","lane":0,
    "phone_number":null,"profile_name":null,"message_id":null,
    "callback_url":null/x, 'keys in a fixed order';

my ($first, $second) = map { JSON::PP::decode_json($_) } @lines;
is $first->{code}, $waiting->{json}{code}, 'dump - the older code first';
is $second->{id}, $issued->{headers}{'whatsauth-id'}, 'with its id';
is_deeply [ @$second{qw( code status state attempts phone_number
                         profile_name message_id )} ],
    [ $code, 'validated', 'kept', 1, '+56911111111', 'John Doe', 'wamid.1' ],
    'and what the message added';
is $second->{expires_at}, $issued->{headers}{'whatsauth-expires-at'},
    'dump - times as in the API';

($said, $status) = tool('check', $path);
is "$status $said", "0 ok\n", 'check - a sound store';

($said, $status) = tool('stat', $path);
my $stat = JSON::PP::decode_json($said);
is $status, 0, 'stat - succeeds';
is_deeply [ @$stat{qw( records waiting messages due page_size )} ],
    [ 2, 1, 1, 2, 4096 ], 'stat - counts';
cmp_ok $stat->{used_pages}, '<', $stat->{map_pages}, 'stat - pages';

# It holds nothing up, and needs no nginx.

is $nginx->issue->{status}, 200, 'whatsauth-store - nginx goes on writing';
$nginx->end('QUIT');
is scalar $nginx->records, 3, 'dump - without a running nginx';

for ([], ['dump'], ['drop', $path], ['dump', $path, 'more']) {
    ($said, $status) = tool(@$_);
    is $status, 2, "whatsauth-store @$_ - is refused";
    like $said, qr/^usage: whatsauth-store/, 'with its usage';
}

($said, $status) = tool('check', "$path/missing");
is $status, 2, 'whatsauth-store - a folder that is missing';
like $said, qr{^whatsauth-store: .*"\Q$path\E/missing".*No such file},
    'is named';
ok !-e "$path/missing", 'and not made';

$nginx->stop;
done_testing;
