# A worker connects to the servers of its store, with TLS, as a user, by names;
# and says of each why it cannot.

use strict;
use warnings;

use lib 't/lib';
use IO::Select ();
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Certificates;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $authority = make_certificates();
my $file = $authority->file;
my $secret = slot_folder() . '/valkey.password';

sub spill {
    my ($name, $content) = @_;

    open my $out, '>', $name or die "$name: $!\n";
    print $out $content;
    close $out;
    chmod 0600, $name;
}

sub opens {
    my ($nginx) = @_;

    return wait_until(sub { $nginx->issue->{status} == 200 });
}

# An nginx that cannot connect: responds with 503 and says why, once.

sub stays_closed {
    my ($title, $line, %option) = @_;

    my $nginx = start_nginx(allow => qr/cannot be|TLS|WRONGPASS|certificate/,
        %option);

    ok wait_until(sub { $nginx->error_log =~ $line }), "$title - the log says"
        or diag $nginx->error_log;
    is $nginx->issue->{status}, 503, 'and a request for a code is refused';
    unlike $nginx->error_log, qr/\Q$PASSWORD\E|wrong-password/,
        'the log shows no password';

    my $lines = () = $nginx->error_log =~ /\[crit\]/g;
    select undef, undef, undef, 1.5;
    is scalar(() = $nginx->error_log =~ /\[crit\]/g), $lines,
        'and says it once, for all workers and attempts';
    $nginx->stop;
}

subtest 'TLS, and a user who may do only what is needed' => sub {
    my $valkey = start_valkey(tls => $authority, acl => 1);
    my $address = $valkey->primary->address;
    my %store = (place => "valkeys://$address",
        store => "replicas=0 user=whatsauth password=file:$secret");

    spill($secret, "$PASSWORD\n");

    my $nginx = start_nginx(%store,
        store => "$store{store} trusted_certificate=$file");

    ok opens($nginx), 'TLS - codes';
    my $code = $nginx->issue->{json}{code};
    is $nginx->message(text_message(">>$code<<"))->{status}, 200,
        'and messages';
    $nginx->stop;

    stays_closed('TLS - an authority that is not trusted',
        qr/cannot be reached: .*self-signed certificate in certificate chain/,
        %store);

    stays_closed('without TLS - a server that wants it',
        qr/cannot be reached/, %store, place => "valkey://$address");

    spill($secret, "wrong-password\n");
    stays_closed('password - a wrong one', qr/WRONGPASS|password/, %store,
        store => "$store{store} trusted_certificate=$file");

    $valkey->stop;
};

subtest 'a certificate for another host' => sub {
    my $valkey = start_valkey(tls => $authority,
        certificate => [ $authority->issue('other.test', 'valkey.test') ]);

    stays_closed('TLS - another host', qr/cannot be reached: .*mismatch/,
        place => 'valkeys://' . $valkey->primary->address,
        store => "replicas=0 trusted_certificate=$file");
    $valkey->stop;
};

# The system knows localhost, and the resolver another address of it.

subtest 'names' => sub {
    my $valkey = start_valkey(tls => $authority,
        certificate => [ $authority->issue('localhost', 'valkey.test') ]);
    my $server = $valkey->primary;
    my ($host, $port) = split /:/, $server->address;
    my $dns = start_dns(localhost => [$host]);

    my $nginx = start_nginx(place => "valkeys://localhost:$port",
        store => "replicas=0 trusted_certificate=$file",
        http => 'resolver ' . $dns->address . ' ipv6=off;',
        allow => qr/cannot be reached/);

    ok opens($nginx), 'name - of the resolver, and of the certificate';

    my $listener = IO::Socket::INET->new(Listen => 5,
        LocalAddr => '127.0.0.1', LocalPort => $port, ReuseAddr => 1)
        or die "listen: $!\n";

    $dns->set(localhost => []);
    $server->kill;

    ok(IO::Select->new($listener)->can_read(20),
        'name - the resolver forgets it: that of the load');
    close $listener;

    $dns->set(localhost => [$host]);
    $server->launch;
    $server->wait_for;
    ok opens($nginx), 'name - the resolver knows it again';

    $nginx->stop;
    $valkey->stop;
};

done_testing;
