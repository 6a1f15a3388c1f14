# whatsauth-store looks into a store beside a running nginx.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Time::Local qw( timegm );

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    app => 'login on;',
    server => 'location /login/ { whatsauth_login demo; }');
my $path = $nginx->root . '/store';
my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";

sub tool {
    my (@arguments) = @_;

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
    "page":false,"link_hash":"[0-9a-f]{16}",
    "phone_number":null,"profile_name":null,"provider":null,"message_id":null,
    "callback_url":null,"claim":null\}/x, 'keys in a fixed order';

my ($first, $second) = map { JSON::PP::decode_json($_) } @lines;
is $first->{code}, $waiting->{json}{code}, 'dump - the older code first';
is $second->{id}, $issued->{headers}{'whatsauth-id'}, 'with its id';
is_deeply [ @$second{qw( code status state attempts phone_number
                         profile_name provider message_id )} ],
    [ $code, 'validated', 'kept', 1, '+56911111111', 'John Doe', 'meta',
      'wamid.1' ],
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
is_deeply $stat->{apps}, { demo => { waiting => 1, pages => 0,
                                     sessions => 0,
                                     bytes => $stat->{bytes} } },
    'stat - what each app uses';
cmp_ok $stat->{bytes}, '>', 0, 'stat - which is something';

# A session: who is logged in, since when, and the id that ends it.

Test::WhatsAuth::Browser->logged_in($nginx);

my ($session) = $nginx->sessions;
is_deeply [ @$session{qw( app number phone_number profile_name confirmed
                          known idle )} ],
    [ 'demo', '+56911111111', '+56911111111', 'John Doe', JSON::PP::false,
      JSON::PP::false, 3_600_000 ], 'dump - a session';
is $session->{seen_at}, $session->{login_at}, 'which was not used yet';
is milliseconds($session->{ends_at}) - milliseconds($session->{login_at}),
    43_200_000, 'and ends in time';
is +($nginx->subjects)[0]{sessions}[0], $session->{session},
    'dump - the person who has it';
is JSON::PP::decode_json((tool('stat', $path))[0])->{apps}{demo}{sessions}, 1,
    'stat - the sessions of the app';

my $answer = $nginx->request('DELETE',
    "/api/v1/sessions?session=$session->{id}",
    { Authorization => "Bearer $TOKEN" });
is $answer->{json}{ended}, 1, 'dump - its id ends the session';

# It holds nothing up, and needs no nginx.

is $nginx->issue->{status}, 200, 'whatsauth-store - nginx goes on writing';
$nginx->end('QUIT');
is scalar $nginx->records, 4, 'dump - without a running nginx';

# An entry of the index that names another record than its own.

sub milliseconds {
    my ($year, $month, $day, $hour, $minute, $second, $ms)
        = $_[0] =~ /(\d+)/g;

    return 1000 * timegm($second, $minute, $hour, $day, $month - 1, $year)
           + $ms;
}

sub damaged_copy {
    my ($from, $to) = @_;

    mkdir "$path-damaged", 0700 or die "$path-damaged: $!\n";
    open my $in, '<:raw', "$path/data.mdb" or die "data.mdb: $!\n";
    open my $out, '>:raw', "$path-damaged/data.mdb" or die "data.mdb: $!\n";

    my $data = do { local $/; <$in> };
    print $out $data =~ s/\Q$from\E/$to/gr;
    close $out or die "data.mdb: $!\n";
}

my $due_at = milliseconds($first->{due_at});
damaged_copy(map { pack 'nQ>Q>', $first->{lane}, $due_at, $_ }
             $first->{key}, $first->{key} + 1);

($said, $status) = tool('check', "$path-damaged");
is $status, 1, 'check - a damaged store';
is_deeply [ sort $said =~ /^.*fault.*$/mg ], [ '2 faults',
    "fault: record $first->{key} is missing in the index",
    'fault: the index names record ' . ($first->{key} + 1)
    . ', which does not exist' ], 'each fault is told';

$said = `$tool dump $path 2>&1 >/dev/full`;
is $? >> 8, 2, 'dump - to a disk that is full';
is $said, "whatsauth-store: standard output: No space left on device\n",
    'says so';

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
