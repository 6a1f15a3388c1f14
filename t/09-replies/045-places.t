# A reply that finds no place to the provider waits for one, and no app can
# keep those of another: both call the same host.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::SlowSite;

my $receiver = start_receiver();
my $api = start_slow_site();

sub app {
    my ($name, $delay) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
        app_secret => "secret-of-tenant-$name phone_number_id=1$delay "
                      . "access_token=access-token-of-$name "
                      . 'api=' . $api->url("/$delay"),
        callback_url => $receiver->url("/204?$name=1"),
        more => 'response_message "You are in."; reply_limit 99/h 999/h;');
}

sub log_in {
    my ($nginx, $name, $delay, $n) = @_;

    my @issued = $nginx->together(map {
        [ $nginx->issue_request(token => "token-of-tenant-$name") ]
    } 1 .. $n);

    $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<",
                                               phone_number_id => "1$delay"),
                                  secret => "secret-of-tenant-$name") ]
    } @issued);
}

# Replies have no id: what has arrived is counted as 'none'.

sub arrived {
    return $api->arrived->{none} // 0;
}

# One place for replies

my $nginx = start_nginx(workers => 1, apps => app('a', 1500),
    http => 'whatsauth_callback_inflight 8 per_host=1;');

log_in($nginx, 'a', 1500, 2);
ok wait_until(sub { arrived() == 1 }), 'a reply - takes the only place';
ok wait_until(sub { arrived() == 2 }, 20), 'another - waits for it';
unlike $nginx->error_log, qr/suppressed/, 'and is not suppressed';
$nginx->stop;

# Another app's replies take long, and there are more than it has places.

my $before = arrived();

$nginx = start_nginx(workers => 1, apps => app('a', 0) . app('b', 9000),
    http => 'whatsauth_callback_timeout 10s;'
            . 'whatsauth_callback_inflight 32 per_host=4;');

log_in($nginx, 'b', 9000, 12);
ok wait_until(sub { arrived() == $before + 2 }),
    'two apps - one has half of the places of the provider';

log_in($nginx, 'a', 0, 1);
ok wait_until(sub { arrived() == $before + 3 }, 3),
    "two apps - the other's reply goes out at once";

# A worker stays for those that wait.

ok wait_until(sub {
    my $given_up = () = $nginx->error_log =~ /suppressed, reason=inflight/g;
    return arrived() - $before - 1 + $given_up == 12;
}, 40), 'two apps - each of the others goes out, or is given up';
$nginx->stop;

done_testing;
