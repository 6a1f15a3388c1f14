# Servers that lie about who has the store, or are not who they say: nothing of
# it is believed, no password goes to them, the log says what is wrong, and with
# the truth everything goes on.

use strict;
use warnings;

use lib 't/lib';
use IO::Select ();
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Certificates;
use Test::WhatsAuth::Clock;
use Test::WhatsAuth::Pair;
use Test::WhatsAuth::Valkey;
use Test::WhatsAuth::ValkeyProxy;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $valkey = start_valkey(replicas => 1, sentinels => 1);
my $stranger = start_valkey(replicas => 1);
my ($sentinel) = $valkey->sentinels;
my ($replica) = $valkey->replicas;
my $proxy = Test::WhatsAuth::ValkeyProxy->start($sentinel);
my $odd = Test::WhatsAuth::ValkeyProxy->start($stranger->primary);

# Another nginx makes its keys there.
my $others = start_nginx(place => $stranger->url);
$others->wait_until_open;
$others->stop;

my $pair = start_pair($valkey, timeout => '1s', faults => 1,
    place => 'valkey+sentinel://' . $proxy->address . '?name=wa');
my ($one, $other) = $pair->hosts;
my $before = $pair->log_in;


# From now on Sentinel names this address.

sub lie {
    my ($address) = @_;

    my ($host, $port) = $address =~ /^(.+):(\d+)\z/;

    $proxy->fault(on => 'SENTINEL', reply => sprintf "*2\r\n\$%d\r\n%s\r\n"
        . "\$%d\r\n%s", length $host, $host, length $port, $port);
}


# The status of a code, and of a question, at each host.

sub answers {
    return map { ($_->issue->{status},
                  $_->get("/api/v1/verification/$before->{id}",
                      { Authorization => "Bearer $TOKEN" })->{status}) }
           $one, $other;
}


sub is_closed_by {
    my ($title, $address, $line) = @_;

    lie($address);
    ok wait_until(sub { !grep { $_ != 503 } map { answers() } 1 .. 2 }, 20),
        "$title - no code, and no question is answered";
    ok wait_until(sub { $pair->told($line) >= 2 }),
        "each host says \"$line\"" or diag $one->error_log
        if defined $line;

    $proxy->heal;
    $pair->wait_until_open;
    $pair->holds('with the truth what was there is there', $before,
                 $pair->log_in);
}

# The log tells of it only if it lasts longer than a failover.
is_closed_by('a replica', $replica->address);
is_closed_by('another store', $stranger->primary->address,
    'has other keys than before');

$odd->fault(on => '*', reply => '+OK');
is_closed_by('a server that says OK to everything', $odd->address,
    'cannot be reached: an odd reply');

$pair->stop;
$_->stop for $proxy, $odd, $valkey, $stranger;


# With TLS: whoever listens there hears the beginning of a handshake.

my $trusted = make_certificates(slot_folder() . '/trusted');
my %store = (store => 'replicas=0 timeout=1s user=whatsauth '
    . "password=$PASSWORD trusted_certificate=" . $trusted->file,
    allow => qr/cannot be reached/);


sub said {
    my ($nginx) = @_;

    my ($said) = $nginx->error_log =~ /\[crit\].*?cannot be reached: (.*)/;

    return $said;
}


# A listener that answers with these bytes and says no more.

sub is_not_trusted {
    my ($title, $bytes, $line) = @_;

    my $listener = IO::Socket::INET->new(Listen => 64, ReuseAddr => 1,
        LocalAddr => '127.0.0.1', LocalPort => slot_port(15))
        or die "listen: $!\n";
    my $nginx = start_nginx(%store, workers => 1,
        place => 'valkeys://127.0.0.1:' . slot_port(15));
    my ($heard, $times, @open) = ('', 0);

    my $told = wait_until {
        while (IO::Select->new($listener)->can_read(0.01)) {
            my $client = $listener->accept or last;
            $times++;
            print $client $bytes if $bytes ne '';
            $client->flush;
            push @open, $client;
        }

        for my $client (IO::Select->new(@open)->can_read(0)) {
            $client->sysread(my $more, 65536);
            $heard .= $more // '';
        }

        $times > 1 && said($nginx);
    };

    like $told, $line, "$title - the log says so";
    like $heard, qr/^\x16\x03/, 'it has heard the beginning of TLS';
    unlike $heard, qr/\Q$PASSWORD\E|whatsauth|AUTH/, 'and nothing else';
    is $nginx->issue->{status}, 503, 'no code';
    $nginx->stop;
}

is_not_trusted('no TLS', "-ERR unknown command\r\n",
    qr/the TLS handshake failed/);
is_not_trusted('half of a handshake', "\x16\x03\x03\x00\x7a\x02\x00\x00",
    qr/no connection in time/);
is_not_trusted('an alert', "\x15\x03\x03\x00\x02\x02\x28",
    qr/alert handshake failure/);


# A server of ours, whose certificate or whose wishes do not fit.

my $ours = start_valkey(tls => $trusted, certificate =>
    [ $trusted->issue('valkey.test', map { "127.0.1.$_" } 1 .. 99) ]);
my $clock = Test::WhatsAuth::Clock->new;

sub is_refused {
    my ($title, $line) = @_;

    my $nginx = $clock->around(sub {
        start_nginx(%store, place => $ours->url,
                    store => $store{store} =~ s/user=\S+ password=\S+//r);
    });

    ok wait_until(sub { (said($nginx) // '') =~ $line }),
        "$title - the log says so" or diag $nginx->error_log;
    is $nginx->issue->{status}, 503, 'no code';
    $nginx->stop;
}

$clock->ahead(3 * 86400);
is_refused('a certificate that has expired', qr/certificate has expired/);
$clock->ahead(0);

$ours->primary->call('CONFIG', 'SET', 'tls-auth-clients', 'yes');
is_refused('a server that wants a certificate of its clients',
    qr/alert certificate required/);
$ours->stop;

done_testing;
