# nginx sends a question again later if it finds no free connection to the
# API: the login of a sender who hides the phone depends on it.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;

my $NUMBER = '106540352242922';

# An API that lets the first request wait for two seconds.

package Local::Api {
    use parent qw( Test::WhatsAuth::Receiver );

    sub answer {
        my ($self, $client, $target, $before) = @_;

        sleep 2 if $before == 0;
        return $self->SUPER::answer($client, '/200', $before);
    }
}

my $api = Local::Api->start;
my $receiver = start_receiver();

my $nginx = start_nginx(
    workers => 1,
    http => 'whatsauth_callback_inflight 1 per_host=1;',
    apps => <<"END");
    whatsauth_app demo {
        token $TOKEN;
        phone $PHONE;
        callback_url @{[ $receiver->url('/204') ]};
        meta app_secret=$APP_SECRET phone_number_id=$NUMBER
             access_token=access-token-of-demo api=@{[ $api->url('/v26.0') ]};
    }
END

sub ask {
    my ($user) = @_;

    my $code = $nginx->issue->{json}{code};

    return $nginx->message(hidden_message($user, type => 'text',
        text => { body => ">>$code<<" }))->{status};
}

sub asked {
    my @users = sort map { $_->{json}{recipient} } $api->requests;

    return @users;
}

is ask("US.10$_"), 200, "message $_ - is taken" for 1, 2;
ok wait_until(sub { asked() == 1 }), 'a question - takes the only place';
unlike $nginx->error_log, qr/reason=inflight/, 'another - is not left out';
ok wait_until(sub { asked() == 2 }, 20), 'but put when there is a place';
is_deeply [ asked() ], [ 'US.101', 'US.102' ], 'each user is asked once';

$nginx->stop;
done_testing;
