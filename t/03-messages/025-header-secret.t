# header_secret: a gateway that posts as Meta does proves itself by a header,
# for its own numbers and no others.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();

sub app {
    my ($name, $phone, $meta) = @_;

    return <<"END";
    whatsauth_app $name {
        token token-of-tenant-$name;
        phone $phone;
        callback_url @{[ $receiver->url('/204') ]};
        callback_secret none;
        meta $meta;
    }
END
}

my $folder = slot_folder();

open my $file, '>', "$folder/gateway" or die $!;
print $file "Basic a2V5OnZhbHVl\n";
close $file;
chmod 0600, "$folder/gateway";

my $gateway = 'header_secret=X-Gateway-Key:the-old-gateway-key '
              . 'header_secret=X-Gateway-Key:the-new-gateway-key '
              . "header_secret=Authorization:file:$folder/gateway";

my $nginx = start_nginx(token => 'token-of-tenant-gateway', apps => join '',
    app('gateway', '+14155550001', $gateway),
    app('meta', '+14155550002', "app_secret=$APP_SECRET"),
    app('both', '+14155550003', 'app_secret=app-secret-of-tenant-both '
        . 'header_secret=X-Other-Key:other-gateway-key'));

my %phone = (gateway => '+14155550001', meta => '+14155550002',
             both => '+14155550003');

sub issue {
    my ($app) = @_;

    return $nginx->issue(token => "token-of-tenant-$app")->{json}{code};
}

sub post {
    my ($app, $code, $headers, $query) = @_;

    return $nginx->post('/api/v1/messages' . ($query // ''),
        text_message(">>$code<<", phone => $phone{$app}),
        { 'Content-Type' => 'application/json', %$headers });
}

sub validated {
    my ($title, $app, @post) = @_;

    my $code = issue($app);

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is post($app, $code, @post)->{status}, 200, $title;
    ok $receiver->wait_for($code), '  validates the code';
}

my %key = ('X-Gateway-Key' => 'the-old-gateway-key');

validated('header_secret - the first', 'gateway', \%key);
validated('header_secret - the second', 'gateway',
          { 'X-Gateway-Key' => 'the-new-gateway-key' });
validated('header_secret - another header, from a file, with a space',
          'gateway', { Authorization => 'Basic a2V5OnZhbHVl' });
validated('header_secret - its name in other letters', 'gateway',
          { 'x-gateway-KEY' => 'the-old-gateway-key' });
validated('header_secret - beside a signature by an unknown secret',
          'gateway', { %key, 'X-Hub-Signature-256' => signature('x', 'y') });
validated('header_secret - beside a malformed signature', 'gateway',
          { %key, 'X-Hub-Signature-256' => 'none' });
validated('header_secret - of an app that the URL names', 'gateway', \%key,
          '?app=gateway');

# Nothing else is as good.

my $waiting = issue('gateway');

sub refused {
    my ($title, $headers, $detail, $query) = @_;

    my $answer = post('gateway', $waiting, $headers, $query);

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is_deeply [ $answer->{status}, @{ $answer->{json} // {} }{qw( error
                detail )} ], [ 401, 'invalid_signature', $detail ],
        "header_secret - $title";
}

my $none = 'X-Hub-Signature-256 is missing or malformed';

refused('none', {}, $none);
refused('empty', { 'X-Gateway-Key' => '' }, $none);
refused('another value', { 'X-Gateway-Key' => 'old-kez' }, $none);
refused('a part of the value', { 'X-Gateway-Key' => 'old' }, $none);
refused('more than the value', { 'X-Gateway-Key' => 'the-old-gateway-key2' },
        $none);
refused('in capitals', { 'X-Gateway-Key' => 'OLD-KEY' }, $none);
refused('the value in another header',
        { 'X-Other-Key' => 'the-old-gateway-key' },
        $none);
refused('the value as a signature',
        { 'X-Hub-Signature-256' => 'sha256=the-old-gateway-key' }, $none);
refused('its value as the key of a signature', { 'X-Hub-Signature-256' =>
        signature(text_message('x'), 'the-old-gateway-key') },
        'X-Hub-Signature-256 is not by a known secret');
refused('of an app that the URL does not name', \%key, $none, '?app=both');
refused('with a URL that names no app', \%key, $none, '?app=none');

# Twice: which of the two is meant?

my $client = $nginx->client;
my $body = text_message(">>$waiting<<", phone => $phone{gateway});
$client->{method} = 'POST';
$client->write("POST /api/v1/messages HTTP/1.1\r\nHost: x\r\n"
    . "Content-Type: application/json\r\nContent-Length: " . length($body)
    . "\r\n" . "X-Gateway-Key: the-old-gateway-key\r\n" x 2 . "\r\n$body");
is $client->receive->{status}, 401, 'header_secret - twice';

# It stands for the signature, and for nothing else.

for my $how ([ 'meta', \%key ], [ 'both', \%key ],
             [ 'gateway', { 'X-Other-Key' => 'other-gateway-key' } ])
{
    my ($app, $headers) = @$how;
    my $code = $app eq 'gateway' ? $waiting : issue($app);

    is post($app, $code, $headers)->{status}, 200,
        "a message to $app with the header of another app is genuine";
    like $nginx->error_log, qr/reason=other_app, app=$app/,
        '  and does nothing';
}

is $nginx->message(text_message(">>$waiting<<", phone => $phone{gateway}))
    ->{status}, 200, 'a signature by the secret of another app is genuine';
is_deeply [ map { $_->{status} } grep { $_->{app} eq 'gateway' }
            $nginx->records ], [ ('validated') x 7, 'requested' ],
    '  and does nothing';
is post('gateway', $waiting, { %key, 'Content-Type' =>
        'application/x-www-form-urlencoded' })->{status}, 401,
    'a form is not proven by it';

# Both kinds in one directive: either will do.

validated('both - the header', 'both',
          { 'X-Other-Key' => 'other-gateway-key' });
my $code = issue('both');
is $nginx->message(text_message(">>$code<<", phone => $phone{both}),
                   secret => 'app-secret-of-tenant-both')->{status}, 200,
    'both - the signature';
ok $receiver->wait_for($code), '  validates the code';

# Rotation: the old one goes with a reload.

$nginx->write_config($nginx->config
                     =~ s/header_secret=X-Gateway-Key:the-old-gateway-key//r);
$nginx->reload;

refused('taken out by a reload', \%key, $none);
is post('gateway', $waiting,
        { 'X-Gateway-Key' => 'the-new-gateway-key' })->{status}, 200,
    'header_secret - one that stays';
ok $receiver->wait_for($waiting), '  validates a code of before';

unlike $nginx->error_log, qr/the-old-gateway-key|the-new-gateway-key|a2V5/,
    'no log shows one';

$nginx->stop;
done_testing;
