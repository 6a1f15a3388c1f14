# One app cannot fill the store for all: nginx drops the ended verifications
# of its short-lived codes early, and beyond its share it refuses that app
# alone.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( sleep time );

my $receiver = start_receiver();
my $STRANGER = 'token-of-tenant-stranger';

# Records of the stranger fill a page by two.

my %big = map { ("${_}_message" => 'x' x 500) }
          qw( response expiration failure );

sub start {
    my ($share, $expires) = @_;

    return start_nginx(
        callback_url => $receiver->url('/204'),
        store => 'size=16m retain=1h',
        app => $share,
        http => whatsauth_app(name => 'stranger', token => $STRANGER,
            callback_url => $receiver->url('/204'),
            app_secret => 'secret-of-tenant-stranger',
            more => "expires $expires; callback_on validated; $share"),
        allow => qr/has used its share|works again/);
}

# The stranger asks for codes as fast as it can, so many or until it gets
# none; and after each round the other app asks for one.

sub attack {
    my ($nginx, $codes, $until) = @_;

    my @request = $nginx->issue_request(token => $STRANGER, %big);
    my @clients = map { $nginx->client } 1 .. 32;
    my $end = time + 90;
    my (%stranger, %other);
    my $refused = 0;

    while (($stranger{200} // 0) < $codes && time < $end
           && !($until && $stranger{$until}))
    {
        $_->send(@request) for @clients;
        $stranger{$_->receive->{status}}++ for @clients;
        $other{$nginx->issue->{status}}++;

        # A connection has 1000 requests: they are not for refusals.
        sleep 0.05 if ($stranger{429} // 0) > $refused;
        $refused = $stranger{429} // 0;
    }

    note "the stranger: @{[ %stranger ]}, the other: @{[ %other ]}";

    return \%stranger, \%other;
}

# Short-lived codes, retained for an hour, half as much again as the store has
# room for.

my $nginx = start('', '1s');
my $issued = $nginx->issue;
my $code = $issued->{json}{code};
my $id = $issued->{headers}{'whatsauth-id'};
$nginx->message(text_message(">>$code<<"));

my ($stranger, $other) = attack($nginx, 12000);

cmp_ok $stranger->{200}, '>=', 12000,
    'short-lived codes - what is retained makes room for the next ones';
is_deeply [ keys %$other ], [ 200 ],
    'short-lived codes - another app always gets its codes';

my $stat = $nginx->store_stat;
cmp_ok $stat->{used_pages}, '<', 0.75 * $stat->{map_pages},
    'short-lived codes - a quarter of the store is never touched';
is $nginx->get("/api/v1/verification/$id",
               { Authorization => "Bearer $TOKEN" })->{json}{status},
    'validated', 'short-lived codes - what another app retains stays';
is $nginx->store_says('check'), "ok\n",
    'short-lived codes - the store is sound';

$nginx->stop;

# Codes that wait do not make room.

$nginx = start('', '1h');
($stranger, $other) = attack($nginx, 12000, 429);

ok $stranger->{429}, 'long-lived codes - beyond its share an app gets 429';
is_deeply [ keys %$other ], [ 200 ],
    'long-lived codes - another app gets its codes';

my $answer = $nginx->issue(token => $STRANGER, %big);
is $answer->{json}{error}, 'store_share_exceeded', 'the answer has a word';
ok $answer->{headers}{'retry-after'}, 'and a time to wait';

my $line = 'no code: the app has used its share of the store';
my @lines = $nginx->error_log =~ /\[error\].*(\Q$line\E.*)/g;
is scalar(@lines), 1, 'the log has one line'
    or diag @lines;
like $lines[0], qr/app=stranger/, 'that names the app';

$nginx->{http} =~ s/(?=callback_on)/store_share 99%; / or die;
$nginx->write_config($nginx->config);
$nginx->reload;
is $nginx->issue(token => $STRANGER, %big)->{status}, 200,
    'reload - a larger share is there at once';

$nginx->stop;

# With shares that are together more than all, what is retained goes early.
# Codes that wait stay, so these must not fill the store by themselves.

$nginx = start('store_share 100%;', '1s; max_live 2000');
$code = $nginx->issue->{json}{code};
($stranger, $other) = attack($nginx, 9000);

cmp_ok $stranger->{200}, '>=', 9000,
    'no shares - what is retained makes room for all';
is_deeply [ keys %$other ], [ 200 ],
    'no shares - another app always gets its codes';
is $nginx->message(text_message(">>$code<<"))->{status}, 200,
    'no shares - a code that waits stays';
is $receiver->wait_for($code)->{json}{status}, 'validated', 'and validates';
is $nginx->store_says('check'), "ok\n",
    'no shares - the store is sound';

$nginx->stop;
done_testing;
