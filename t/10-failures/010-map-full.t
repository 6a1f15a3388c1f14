# A map that is nearly full takes no new codes and finishes the old ones.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( sleep time );

my $receiver = start_receiver();

# Codes of these apps fill a page by two, and go soon; one of them alone might
# come to the end of its share before.  While the tool reads no page is used
# again: if it takes long, the last tenth of the map goes.

my @names = qw( big large );

my $nginx = start_nginx(
    allow => qr/MDB_MAP_FULL/,
    callback_url => $receiver->url('/204'),
    store => 'size=16m retain=1s',
    http => join '', map { whatsauth_app(name => $_,
        token => "token-of-tenant-$_",
        callback_url => $receiver->url('/204'),
        app_secret => "secret-of-tenant-$_",
        more => 'expires 15s; callback_on validated; store_share 100%;')
    } @names);

my @big = map { [ $nginx->issue_request(token => "token-of-tenant-$_",
    map { ("${_}_message" => 'x' x 500) } qw( response expiration failure )) ]
} @names;

my @codes = map { $nginx->issue->{json}{code} } 1 .. 40;

my $filled = fill();
my $stat = $nginx->store_stat;

cmp_ok $stat->{used_pages}, '>', 0.85 * $stat->{map_pages},
    'map full - the map is nearly full';
cmp_ok $stat->{used_pages}, '<=', 0.92 * $stat->{map_pages},
    'map full - and not quite';
note "$filled codes, $stat->{used_pages} of $stat->{map_pages} pages";

my $answer = $nginx->issue;
is $answer->{status}, 503, 'map full - no code is issued';
is $answer->{json}{error}, 'store_unavailable', 'names the store';
ok $answer->{headers}{'retry-after'}, 'with a time to wait';

is_deeply [ map { $_->{status} } $nginx->together(
    map { [ $nginx->message_request(text_message(">>$_<<")) ] } @codes ) ],
    [ (200) x @codes ], 'map full - messages are taken';

is_deeply [ grep { ($receiver->wait_for($_) // {})->{json}{status}
                   ne 'validated' } @codes ], [],
    'map full - and called back';

ok wait_until(sub { !grep { $_->{state} eq 'callback' } $nginx->records }),
    'map full - and done with';

ok wait_until(sub { $nginx->issue->{status} == 200 }, 30),
    'map full - codes are issued again when old ones have gone';
ok wait_until(sub { $nginx->store_stat->{records} < 100 }, 60),
    'map full - all are purged in the end';
is $nginx->store_says('check'), "ok\n",
    'map full - the store is sound';

# A larger map: old workers meet it while they run.

cmp_ok fill(), '>', 0, 'larger map - the old one is full';

my ($old) = $nginx->workers;
my @held = map { $nginx->client($old) } 1 .. 5;
$_->write("GET /api/v1/verification_code HTTP/1.1\r\nHost: a\r\n") for @held;
sleep 0.2;

$nginx->{store} = 'size=64m retain=1s';
$nginx->write_config($nginx->config);
$nginx->reload(0);

my ($new) = grep { $_ != $old } reverse $nginx->workers;
ok wait_until(sub {
    my $answer = $nginx->issue;
    $answer->{status} == 200 && $answer->{worker} != $old;
}, 5), 'larger map - a new worker issues at once';

my @old = map { finish($_) } @held;
is_deeply [ grep { $_->{worker} != $old } @old ], [],
    'larger map - an old worker answers beside it';
is $old[-1]{status}, 200, 'larger map - and issues, too'
    or diag join ' ', map { $_->{status} } @old;

is $nginx->store_stat->{map_pages}, 64 * 256, 'larger map - the tool sees it';

my $code = $old[-1]{json}{code};
is $nginx->message(text_message(">>$code<<"))->{status}, 200,
    'larger map - a code of the old worker is taken by the new one';
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'larger map - and validated';
is $nginx->store_says('check'), "ok\n",
    'larger map - the store is sound';

$nginx->stop;
done_testing;


# Until there is no room for a small one; returns how many were issued.

sub fill {
    my $n = 0;
    my $end = time + 14;
    my @clients = map { $nginx->client } 1 .. 32;

    for (;;) {
        $clients[$_]->send(@{ $big[$_ % @big] }) for 0 .. $#clients;
        my @statuses = map { $_->receive->{status} } @clients;
        $n += grep { $_ == 200 } @statuses;

        return $n if !grep({ $_ != 503 } @statuses)
                     && $nginx->issue->{status} == 503;

        die "issue answers @statuses\n"
            if grep { !/^(?:200|503)$/ } @statuses;
        die "the map is not full after $n codes\n" if time > $end;
    }
}


# Some time between them, since it is the first refusal that tells a worker
# to look whether the map has grown.

sub finish {
    my ($client) = @_;

    $client->{method} = 'GET';
    $client->write("Authorization: Bearer $TOKEN\r\n\r\n");
    my $answer = $client->receive;
    sleep 0.3;
    return $answer;
}
