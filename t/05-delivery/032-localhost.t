# localhost and names below it are this machine, whatever a name server says.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::IP ();
use Test::More;
use Test::WhatsAuth;

my $V6 = '::1';
my $has_six = IO::Socket::IP->new(LocalHost => $V6, Listen => 1);

my $four = start_receiver();
my $six = $has_six ? start_receiver(address => $V6) : $four;

# Nobody listens on 127.0.0.2.
my $dns = start_dns(map { $_ => ['127.0.0.2'] }
                    qw( localhost shop.localhost localhost.test ));

my $nginx = start_nginx(
    http => 'resolver ' . $dns->address . ' ipv6=off;',
    callback_url => $four->url('/204', 'localhost'),
    app => 'callback_retry 100ms; authorized_callbacks public '
           . join(' ', $six->url('/', 'localhost'),
                  $four->url('/', 'Shop.LocalHost'),
                  $four->url('/', 'localhost.test')) . ';',
    allow => qr/Connection refused|not public/);

sub log_in {
    my ($url) = @_;

    my $code = $nginx->issue(callback_url => $url)->{json}{code};
    $nginx->message(text_message(">>$code<<"));
    return $code;
}

my $request = $four->wait_for(log_in($four->url('/204', 'localhost')));
is $request->{headers}{host}, 'localhost:' . $four->port,
    'localhost - is called, by its name';
ok $four->wait_for(log_in($four->url('/204', 'shop.localhost'))),
    'localhost - a name below it';

SKIP: {
    skip 'this machine has no IPv6 loopback', 1 unless $has_six;

    ok $six->wait_for(log_in($six->url('/204', 'localhost'))),
        'localhost - a site that listens on IPv6 alone';
}

is_deeply [ $dns->queries ], [], 'localhost - no name server is asked';

my $other = log_in($four->url('/204', 'localhost.test'));
ok wait_until(sub { grep { $_ eq 'localhost.test' } $dns->queries }),
    'localhost - another name that begins so is asked for';

log_in('https://localhost/hook');
ok wait_until(sub {
    $nginx->error_log =~ /localhost has an address that is not public/
}), 'localhost - no stranger may have this machine called';

$nginx->stop;
done_testing;
