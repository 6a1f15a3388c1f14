# A client that may name any host can name any number of dead ones: their
# callbacks never delay those of another app: it waits for no permit of theirs.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET ();
use List::Util qw( max );
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( sleep time );

my $HOSTS = 240;
my $PLACES = 32;
my $TIMEOUT = 5;            # of a dead one, whose permit is free after it

# In a network of its own, where public addresses are this machine's.

if (!$ENV{TEST_WHATSAUTH_ALONE}) {
    my @alone = qw( unshare --user --map-root-user --mount --net sh -c );
    my $prepare = 'ip link set lo up && ip route add local 0.0.0.0/0 dev lo'
                  . ' && mount --bind /dev/null /etc/resolv.conf';

    plan skip_all => 'no user and network namespaces here'
        if system "@alone '$prepare' 2>/dev/null";

    $ENV{TEST_WHATSAUTH_ALONE} = 1;
    exec @alone, "$prepare && exec \"\$@\"", 'sh', $^X, $0;
}

# Connections are accepted by the kernel, and nobody ever answers them.

my $mute = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => 443,
                                 Listen => 4096) or die "443: $!\n";

my $alive = start_receiver();
my $dns = start_dns(map { ("h$_.test" => ['93.184.216.34']) } 1 .. $HOSTS);

my $nginx = start_nginx(
    http => "whatsauth_callback_timeout ${TIMEOUT}s; resolver " . $dns->address
            . ' ipv6=off; whatsauth_callback_inflight '
            . "$PLACES per_host=8;",
    apps => whatsauth_app(callback_url => $alive->url('/204'))
            . whatsauth_app(name => 'other', token => 'token-of-tenant-other',
                  callback_url => $alive->url('/other'),
                  more => 'callback_retry 300ms 300ms 300ms;'
                          . 'authorized_callbacks public;'),
    allow => qr/did not finish the TLS handshake|initgroups\(root/);

sub log_in {
    my @issued = @_;

    $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @issued);
}

log_in($nginx->together(map {
    [ $nginx->issue_request(token => 'token-of-tenant-other',
                            callback_url => "https://h$_.test/") ]
} 1 .. $HOSTS));

my @waits;

for my $n (1 .. 12) {
    my $begin = time;
    my $issued = $nginx->issue;

    log_in($issued);
    my $called = $alive->wait_for($issued->{json}{code}, 8);
    push @waits, ($called ? $called->{time} : 'inf') - $begin;
    sleep 0.2;
}

note sprintf 'waits: %s', join ' ', map { sprintf '%.2f', $_ } @waits;
cmp_ok max(@waits), '<', $TIMEOUT - 1,
    'many hosts - another app is called at once';
cmp_ok scalar(grep { $_->{app} eq 'other' && $_->{state} eq 'callback' }
              $nginx->records), '>', $HOSTS / 2,
    'many hosts - with the backlog still there';

$nginx->stop;
done_testing;
