# A reply is spent before it is sent: if the worker dies in between, the reply
# is lost, and nobody ever gets a second one.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Time::HiRes qw( sleep );

# A name server that does not answer keeps the reply from leaving.

my $ca = make_certificates();
my $provider = start_provider(tls => [ $ca->issue('graph.test') ]);
my $receiver = start_receiver();
my $dns = start_dns('graph.test' => undef);

my $nginx = start_nginx(
    allow => qr/exited on signal 9|did not answer|could not be resolved/,
    http => 'resolver ' . $dns->address . ' ipv6=off;'
            . 'whatsauth_callback_timeout 9s;'
            . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file . ';',
    apps => <<"END");
    whatsauth_app demo {
        token $TOKEN;
        phone $PHONE;
        callback_url @{[ $receiver->url('/204') ]};
        callback_secret none;
        meta app_secret=$APP_SECRET phone_number_id=106540352242922
             access_token=$ACCESS_TOKEN
             api=@{[ $provider->meta('graph.test') ]};
        response_message "You are in.";
        failure_message "You are not.";
        reply_limit 1000/h 1000/h;
    }
END

sub look_ups {
    return scalar(() = $dns->queries);
}

sub kept {
    my ($code) = @_;

    return grep { $_->{code} eq $code && $_->{state} eq 'kept' }
           $nginx->records;
}

my ($code, $body);

for my $what ('response', 'failure') {
    my $before = look_ups();
    my ($victim) = $nginx->workers;
    my %parameter = $what eq 'response' ? ()
                    : (authorized_numbers => '+56922222222');

    $code = $nginx->issue(%parameter)->{json}{code};
    $body = text_message(">>$code<<");

    is $nginx->client($victim)->request($nginx->message_request($body))
        ->{status}, 200, "$what - a message is taken";
    ok wait_until(sub { look_ups() > $before }),
        'its reply looks for the provider';

    # Whichever worker was about to send it.
    $nginx->kill_worker($_) for $nginx->workers;

    is $nginx->message($body)->{status}, 200,
        "$what - both workers are killed, the message comes again";
    ok kept($code), 'and the record is at rest' if $what eq 'response';
}

$dns->set('graph.test' => ['127.0.0.1']);
$nginx->message($body) for 1 .. 3;
sleep 3;
is $provider->count, 0, 'kill - the replies do not come again';

$nginx->restart;
sleep 1.5;
is $provider->count, 0, 'kill - nor after a restart';

$code = $nginx->issue->{json}{code};
$nginx->message(text_message(">>$code<<"));
ok $provider->stays_at(1), 'the next login is replied to';

# A worker that is asked to stop finishes what it has begun.

$dns->set('graph.test' => undef);

my $before = look_ups();

$code = $nginx->issue->{json}{code};
$nginx->message(text_message(">>$code<<"));
wait_until { look_ups() > $before };

$nginx->reload(0);
$dns->set('graph.test' => ['127.0.0.1']);
ok $provider->stays_at(2), 'reload - a reply that was under way goes out';

$nginx->stop;
done_testing;
