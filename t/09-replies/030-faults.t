# A provider that refuses, is slow or talks nonsense only costs the reply: the
# log has its code and no number or token, and the login is unaffected.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Test::WhatsAuth::Twilio;
use Time::HiRes qw( sleep );

my $ca = make_certificates();
my $provider = start_provider();
my $stranger = start_provider(tls => [ $ca->issue('other.test') ]);
my $receiver = start_receiver();
my $dns = start_dns('graph.test' => ['127.0.0.1'], 'mute.test' => undef);

# An address whose port nobody listens at

my $gone = start_receiver();
my $nobody = $gone->url('/v26.0');
$gone->stop;

my %api = (
    refused => $provider->meta(undef, '/400/131047'),
    unauthorized => $provider->meta(undef, '/401/190'),
    busy => $provider->meta(undef, '/500/131000'),
    wordless => $provider->url('/503'),
    elsewhere => $provider->url('/302'),
    silent => $provider->url('/hang'),
    reset => $provider->url('/reset'),
    closed => $provider->url('/close'),
    garbage => $provider->url('/garbage'),
    cut => $provider->url('/cut'),
    late => $provider->meta(undef, '/400/131047/30000'),
    early => $provider->meta(undef, '/400/131047/1000000'),
    nobody => $nobody,
    wrong_name => $stranger->meta('graph.test'),
    unknown_host => 'https://none.test/v26.0',
    mute_dns => 'https://mute.test/v26.0',
);

my %good = (
    endless => $provider->url('/trickle'),
    big => $provider->url('/big'),
    slow => $provider->url('/drip'),
    large => $provider->url('/header/20000'),
    huge => $provider->url('/header/1000000'),
    announced => $provider->url('/announced/20000'),
    short => $provider->url('/short'),
    fine => $provider->meta,
);

# The log line about the answer

my %told = (
    refused => 'status 400, error 131047,',
    unauthorized => 'status 401, error 190,',
    busy => 'status 500, error 131000,',
    wordless => 'status 503, error 0,',
    elsewhere => 'status 302, error 0,',
    late => 'status 400, error 131047,',
    early => 'status 400, error 0,',
);

my $apps = join '', map {
    whatsauth_app(name => $_, token => "token-of-tenant-$_",
        callback_url => $receiver->url("/204?$_=1")) =~ s{meta .*}{
        meta app_secret=$APP_SECRET phone_number_id=106540352242922
             access_token=$ACCESS_TOKEN api=@{[ $api{$_} // $good{$_} ]};
        response_message "You are in.";
        reply_limit 1000/h 1000/h;}r
} sort keys %api, keys %good;

$apps .= twilio_app(name => 'twilio', token => 'token-of-tenant-twilio',
    callback_url => $receiver->url('/204?twilio=1'),
    twilio => "account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN api="
              . $provider->twilio(undef, '/400/63016'),
    more => 'response_message "You are in.";');
$told{twilio} = 'status 400, error 63016,';

my $nginx = start_nginx(token => 'token-of-tenant-fine', apps => $apps,
    http => 'whatsauth_callback_timeout 8s;'
            . 'resolver ' . $dns->address . ' ipv6=off;'
            . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file . ';',
    allow => qr/\[error\]/);

my %code;

sub log_in {
    my ($app) = @_;

    my $code = $nginx->issue(token => "token-of-tenant-$app")->{json}{code};

    return $app eq 'twilio'
           ? (twilio_message($nginx, Body => ">>$code<<"), $code)
           : ($nginx->message(text_message(">>$code<<")), $code);
}

# All at once: no API is in the way of another, or of a login.

for my $app (sort keys %api, keys %good, 'twilio') {
    my ($answer, $code) = log_in($app);
    is $answer->{status}, 200, "$app - the message is taken";
    $code{$app} = $code;
}

for my $app (sort keys %code) {
    is +($receiver->wait_for($code{$app}) // {})->{json}{status}, 'validated',
        "$app - the site is told";
}

sub refusals {
    my ($app) = @_;

    return $nginx->error_log
           =~ /\[warn\].* a reply was not accepted by (.*), app=\Q$app\E\b/g;
}

is_deeply [ refusals('silent') ], [], 'no login has waited for an API';

for my $app (sort keys %api, 'twilio') {
    ok wait_until(sub { refusals($app) }, 20),
        "$app - the log tells of the reply";
    is +(refusals($app))[0] =~ s/^\S+ //r . ',', $told{$app}
        // 'status 0, error 0,', 'with its status and code';
}

my @all = sort keys %code;

is_deeply [ map { [ refusals($_) ] } sort keys %good ], [ map { [] }
            keys %good ], 'a good answer that is slow or long is good';

# Once: nobody knows what an API that failed has done.

sleep 2;

my %requests;
$requests{join '/', (split m{/}, $_->{target})[1, 2]}++ for $provider->requests;

is_deeply [ grep { $requests{$_} != 1 } grep { $_ ne '400/131047' }
            keys %requests ], [], 'a reply that failed is not sent again';
is $requests{'400/131047'}, 3, 'nor one that was refused';

is_deeply [ map { $_->{json}{status} } $receiver->requests ],
    [ ('validated') x @all ], 'each site was told once, of a good login';
is_deeply [ map { "$_->{status} $_->{state}" } $nginx->records ],
    [ ('validated kept') x @all ], 'and so it stays';
is_deeply [ grep { ($_->{headers}{authorization} // '') ne '' }
            $stranger->requests ], [],
    'wrong_name - has not been shown the token';

my $log = $nginx->error_log;

like $log, qr/certificate does not match "graph\.test"/,
    'wrong_name - and the log tells why';
unlike $log, qr/\Q$ACCESS_TOKEN\E|\Q$AUTH_TOKEN\E|Bearer|Basic/,
    'the log holds no token';
unlike $log, qr/56911111111|You are in/, 'and no number or text';

my @leaks = grep { index($log, $_) >= 0 } values %code;
is_deeply \@leaks, [], 'and no code';

$nginx->stop;
done_testing;
