# One tenant cannot speak for another: a message counts only for an app whose
# gateway has the secret that signed it, and whose number it came to.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Gateway;

my $receiver = start_receiver();

sub gateway {
    my ($secret, %option) = @_;

    my $header = $option{header} // 'X-Acme-Signature';
    my $pointers = $option{pointers} // $POINTERS;

    return "name=acme header=$header prefix=sha256= $pointers "
           . join ' ', map { "secret=$_-gateway-secret" } split ' ', $secret;
}

my %app = (
    a => { phone => '+14155550001', gateway => gateway('a') },
    b => { phone => '+14155550002', gateway => gateway('b') },
    c => { phone => '+14155550003', gateway => gateway('old new') },
    d => { phone => '+14155550004', gateway => gateway('shared') },
    e => { phone => '+14155550005', gateway => gateway('shared') },
    f => { phone => '+14155550006',
           gateway => gateway('f', pointers => $POINTERS =~ s/ to=\S+//r) },
    g => { phone => '+14155550007',
           gateway => gateway('a', header => 'X-Other-Signature') },
);

# Secrets have places of their own at each provider: m has one at Meta in each
# of the first places, where the others have one of a gateway.

my @at_meta = map { "secret-$_-at-meta" } 0 .. 7;
my $m_phone = '+14155550008';

my $nginx = start_nginx(apps => join '', whatsauth_app(name => 'm',
    token => 'token-of-tenant-m', phone => $m_phone,
    app_secret => join(' app_secret=', @at_meta),
    callback_url => $receiver->url('/204/m')), map {
    gateway_app(name => $_, token => "token-of-tenant-$_", %{ $app{$_} },
                callback_url => $receiver->url("/204/$_"))
} sort keys %app);

sub issue {
    my ($name) = @_;

    return $nginx->issue(token => "token-of-tenant-$name")->{json}{code};
}

sub sent {
    my ($code, $to, $secret, %option) = @_;

    my $phone = $app{$to} ? $app{$to}{phone} : $to;

    return gateway_post($nginx,
        gateway_body(text => ">>$code<<", account => $phone),
        secret => "$secret-gateway-secret", %option)->{status};
}

sub status {
    my ($app) = @_;

    return join ' ', map { $_->{status} } grep { $_->{app} eq $app }
                     $nginx->records;
}

my $code = issue('a');

my @others = (
    [ 'b', 'b', 'all of b' ],
    [ 'a', 'b', 'the secret of b' ],
    [ 'b', 'a', 'the number of b' ],
    [ '+141555500011', 'a', 'a number that begins with ours' ],
    [ '+1415555000', 'a', 'the beginning of our number' ],
    [ '', 'a', 'no number' ],
    [ 'a', 'f', 'the secret of an app that takes any number' ],
);

for my $other (@others) {
    is sent($code, @$other[0, 1]), 200, "a code of a, with $other->[2]";
}

is sent($code, 'a', 'a', header => 'X-Other-Signature'), 200,
    'a code of a, with its secret in the header of another gateway';
is status('a'), 'requested', 'none of them validates it';

my @notes = $nginx->error_log =~ /(reason=other_app, app=a, id=[0-9a-f-]{36})/g;
is @notes, @others + 1, 'and each leaves a line' or diag $nginx->error_log;

is sent($code, 'a', 'a'), 200, 'a code of a, with all of a';
is $receiver->wait_for($code)->{target}, '/204/a', 'validates it';

for my $secret ('old', 'new') {
    $code = issue('c');
    sent($code, 'c', $secret);
    ok $receiver->wait_for($code), "two secrets - the $secret one";
}

# A vendor with one secret for all: the number says whose message it is.

$code = issue('d');
sent($code, 'e', 'shared');
is status('d'), 'requested', 'a shared secret - the number of e is not d';
sent($code, 'd', 'shared');
is $receiver->wait_for($code)->{target}, '/204/d',
    'a shared secret - the number of d is';

# Without a pointer to the number the secret alone decides.

$code = issue('f');
sent($code, '+14155559999', 'f');
is $receiver->wait_for($code)->{target}, '/204/f', 'without "to" - any number';

# Nor can a tenant at one provider speak for one at another.

my $of_m = issue('m');
sent($of_m, $m_phone, $_) for qw( a b old new shared f );
is status('m'), 'requested', 'a gateway, with the number of one at meta';

my $of_f = issue('f');
$nginx->message(text_message(">>$of_f<<", phone => $app{f}{phone}),
                secret => $_, target => '/api/v1/messages?app=m') for @at_meta;
like status('f'), qr/requested/, 'meta, with the number of a gateway';

sent($of_f, 'f', 'f');
$nginx->message(text_message(">>$of_m<<", phone => $m_phone),
                secret => $at_meta[5]);
ok $receiver->wait_for($_), 'each with its own secret' for $of_f, $of_m;

# The URL may name the app, and narrows.

$code = issue('a');
is sent($code, 'a', 'a', target => '/api/v1/messages?app=b'), 401,
    'the URL names another app';
is sent($code, 'a', 'a', target => '/api/v1/messages?app=none'), 401,
    'or one that does not exist';
is sent($code, 'a', 'a', target => '/api/v1/messages?app=g'), 401,
    'or one whose gateway signs in another header';
is sent($code, 'a', 'a', target => '/api/v1/messages?app=a'), 200,
    'the URL names the app';
ok $receiver->wait_for($code), 'whose code is validated';

$nginx->stop;

# With more than eight distinct secrets the URL says whose message it is.

sub many {
    my ($n) = @_;

    return join '', map {
        gateway_app(name => "app$_", token => "token-of-tenant-$_",
                    phone => '+1415555' . (1000 + $_),
                    gateway => gateway("app-$_"),
                    callback_url => $receiver->url('/204'))
    } 1 .. $n;
}

$nginx = start_nginx(apps => many(9));
$code = issue(9);
is sent($code, '+14155551009', 'app-9'), 401, 'nine secrets - no app is named';
is sent($code, '+14155551009', 'app-9',
        target => '/api/v1/messages?app=app9'), 200, 'nine secrets - the app';
ok $receiver->wait_for($code), 'whose code is validated';

# A reload brings a new secret and takes the old one.

$nginx->{apps} = many(8) =~ s/app-8-gateway/fresh-gateway/r;
$nginx->write_config($nginx->config);
$nginx->reload;
$code = issue(8);
is sent($code, '+14155551008', 'app-8'), 401, 'reload - the old secret';
is sent($code, '+14155551008', 'fresh'), 200, 'reload - the new secret';
ok $receiver->wait_for($code), 'validates a code';

$nginx->stop;
done_testing;
