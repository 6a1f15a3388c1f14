# Sites over IPv6, and sites with addresses of both families of which one is
# dead: it refuses, or it never answers.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::IP ();
use Test::More;
use Test::WhatsAuth;

my $MANY = 8;
my ($V4, $V6) = ('127.0.0.1', '::1');

plan skip_all => 'this machine has no IPv6 loopback'
    unless IO::Socket::IP->new(LocalHost => $V6, Listen => 1);

my $six = start_receiver(address => $V6);
my $four = start_receiver();

my %site = (
    'six.test' => $six,                 # nobody listens on its $V4
    'four.test' => $four,
    'deaf-four.test' => start_receiver(address => $V6),
    'deaf-six.test' => start_receiver(),
);
my @deaf = (deaf($V4, $site{'deaf-four.test'}->port),
            deaf($V6, $site{'deaf-six.test'}->port));

my $dns = start_dns('only-six.test' => [$V6],
                    map { $_ => [ $V4, $V6 ] } keys %site);

my $nginx = start_nginx(
    http => 'resolver ' . $dns->address . ';'
            . 'whatsauth_callback_timeout 3s;',
    callback_url => $six->url('/204', "[$V6]"),
    app => 'callback_retry 100ms; authorized_callbacks '
           . join(' ', $six->url('/', 'only-six.test'),
                  $six->url('/', "[$V6]"),
                  map { $site{$_}->url('/', $_) } keys %site) . ';',
    allow => qr/Connection refused|given up|timed out.* while connecting/);

sub log_in {
    my (@urls) = @_;

    my @issued = map { $nginx->issue(callback_url => $_) } @urls;
    $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @issued);

    return map { $_->{json}{code} } @issued;
}

my ($literal, $name) = log_in($six->url('/204', "[$V6]"),
                              $six->url('/204', 'only-six.test'));

my $request = $six->wait_for($literal);
is $request->{headers}{host}, "[$V6]:" . $six->port,
    'ipv6, an IP literal - is called, with brackets and port in Host';
is(($six->wait_for($name) // {})->{headers}{host},
    'only-six.test:' . $six->port, 'ipv6, a name with AAAA alone - is called');

my $bad = $six->url('/500', "[$V6]");

log_in("$bad?session_id=4711");
ok wait_until(sub {
    $nginx->error_log =~ /callback to \Q$bad\E failed, status 500/
}), 'ipv6, an IP literal - the log names it with brackets and port';

# The order of the addresses is a matter of chance.

my %codes = map {
    $_ => [ log_in(($site{$_}->url('/204', $_)) x $MANY) ]
} sort keys %site;

for my $name (sort keys %site) {
    my @attempts = map {
        my $code = $_;
        my $record = wait_until {
            (grep { $_->{code} eq $code && $_->{state} eq 'kept' }
             $nginx->records)[0]
        };
        "$record->{status} $record->{attempts}"
    } @{ $codes{$name} };

    is_deeply \@attempts, [ ('validated 1') x $MANY ],
        "ipv6, $name - the address that lives is called in the same attempt";
}

like $nginx->error_log, qr/timed out.* while connecting to upstream/,
    'ipv6 - and the other one has been tried';

$nginx->stop;
done_testing;


# A full queue: the kernel drops whatever else wants to connect.

sub deaf {
    my ($address, $port) = @_;

    my $socket = IO::Socket::IP->new(LocalHost => $address,
        LocalPort => $port, Listen => 1, ReuseAddr => 1)
        or die "$address:$port: $!\n";

    return $socket, map {
        IO::Socket::IP->new(PeerHost => $address, PeerPort => $port,
                            Blocking => 0)
    } 1 .. 4;
}
