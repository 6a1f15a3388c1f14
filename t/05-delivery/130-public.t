# With "authorized_callbacks public" a client with a token may name a URL on
# the Internet, and nothing else: nginx checks each address at each attempt.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::IP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;
use Test::WhatsAuth::Receiver;

# In a network of its own, in which this process is every machine there is:
# whatever nginx connects to, it is seen here.

if (!$ENV{TEST_WHATSAUTH_ALONE}) {
    my @alone = qw( unshare --user --map-root-user --mount --net sh -c );
    my $prepare = 'ip link set lo up && ip route add local 0.0.0.0/0 dev lo'
                  . ' && ip -6 route add local ::/0 dev lo'
                  . ' && ip addr add 45.33.32.1/32 dev lo'
                  . ' && mount --bind /dev/null /etc/resolv.conf';

    plan skip_all => 'no user and network namespaces here'
        if system "@alone '$prepare' 2>/dev/null";

    $ENV{TEST_WHATSAUTH_ALONE} = 1;
    exec @alone, "$prepare && exec \"\$@\"", 'sh', $^X, $0;
}

my %target = (
    'this network' => '0.0.0.0',
    'private' => '10.0.0.1',
    'private, class B' => '172.16.0.1',
    'private, class C' => '192.168.1.1',
    'carrier-grade NAT' => '100.64.0.1',
    'loopback' => '127.0.0.1',
    'link-local, the metadata of clouds' => '169.254.169.254',
    'host agent of Azure' => '168.63.129.16',
    'the machine\'s own' => '45.33.32.1',
    'IPv6 loopback' => '::1',
    'IPv6 unique local' => 'fd00::1',
    'IPv4-mapped loopback' => '::ffff:127.0.0.1',
    'IPv4-mapped private' => '::ffff:10.0.0.1',
    'IPv4-compatible' => '::127.0.0.1',
    'NAT64 of private' => '64:ff9b::10.0.0.1',
    '6to4 of private' => '2002:0a00:0001::1',
    'documentation' => '3fff::1',
    'segment routing' => '5f00::1',
);

my %name;
@name{sort keys %target} = map { "t$_.test" } 1 .. keys %target;

my $public = '93.184.216.34';
my $public6 = '2606:2800:220:1::1';

my $ca = make_certificates();
my @site = $ca->issue(qw( good.test good6.test both.test mixed.test mixed6.test
    rebinding.test back.test inside.test ), values %name);
my $site = Site->start(address => '::', port => 443, tls => \@site);
my $plain = Site->start(address => '::', port => 80);

my $dns = start_dns(
    'good.test' => [$public],
    'good6.test' => [$public6],
    'both.test' => [ $public, $public6 ],
    'mixed.test' => [ $public, '93.184.216.35', '10.0.0.1' ],
    'mixed6.test' => [ $public, '::ffff:192.168.1.1' ],
    'rebinding.test' => [$public],
    'back.test' => ['127.0.0.1'],
    'crowd.test' => [ map { "93.184.217.$_" } 1 .. 100 ],
    map { $name{$_} => [ $target{$_} ] } keys %name);

my $trusted = start_receiver();

# The user namespace lets no one set groups, which does nothing here.

my $nginx = start_nginx(
    http => 'resolver ' . $dns->address . ';'
            . 'whatsauth_callback_timeout 2s;'
            . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file . ';',
    callback_url => $trusted->url('/204'),
    app => 'callback_retry 2500ms; authorized_callbacks public;',
    allow => qr/address that is not public|initgroups\(root|"crowd\.test"/);

sub log_in {
    my ($url) = @_;

    my $issued = $nginx->issue(callback_url => $url);
    $nginx->message(text_message(">>$issued->{json}{code}<<"));
    return $issued->{headers}{'whatsauth-id'};
}

# Clients see the same result in the end.

sub outcome {
    my ($id) = @_;

    wait_until {
        grep { $_->{id} eq $id && $_->{state} eq 'kept' } $nginx->records
    };

    my $json = $nginx->get("/api/v1/verification/$id",
                           { Authorization => "Bearer $TOKEN" })->{json};
    return join ' ', $json->{status}, $json->{error} // ();
}

# The watch is awake: a connection to each of the addresses is seen.

for my $what (sort keys %target) {
    my $before = $site->connections;
    my $socket = IO::Socket::IP->new(PeerHost => $target{$what},
        PeerPort => 443, GetAddrInfoFlags => 0);

    # Nobody can reach an address that the kernel itself does not route.
    next if !$socket;

    ok wait_until(sub { $site->connections > $before }),
        "watch - it would see a connection to $what";
}

# Public addresses

for my $host (qw( good.test good6.test both.test )) {
    is outcome(log_in("https://$host/204?of=$host")), 'validated',
        "public - $host is called";
    ok +(grep { $_->{target} eq "/204?of=$host" } $site->requests),
        'and has heard it';
}

is outcome(log_in('https://good.test:443/204')), 'validated',
    'public - port 443 may be said';

# All others, at once

my $connections = $site->connections + $plain->connections;
my %id = map { $_ => log_in("https://$name{$_}/204") } sort keys %name;
my %mixed = map { $_ => log_in("https://$_/204") } qw( mixed.test mixed6.test );
my $back = log_in('https://back.test/204');

# Between two attempts an address may get good.

ok wait_until(sub {
    $nginx->error_log =~ m{callback to https://back\.test\S* failed}
}), 'public - a private address is refused';
my $seen = $site->connections + $plain->connections;
$dns->set('back.test' => [$public]);

for my $what (sort keys %id) {
    is outcome($id{$what}), 'failed callback_failed',
        "public, $what - fails";
    like $nginx->error_log,
        qr/ whatsauth: \Q$name{$what}\E has an address that is not public/,
        'and the log tells why';
}

for my $host (sort keys %mixed) {
    is outcome($mixed{$host}), 'failed callback_failed',
        "public, $host - one bad address refuses the good ones";
    like $nginx->error_log,
        qr/ whatsauth: \Q$host\E has an address that is not public/,
        'and the log tells why';
}

is outcome($back), 'validated', 'public - the next attempt asks anew';
is $seen, $connections, 'public - before, nobody was connected to';
is $site->connections + $plain->connections, $connections + 1,
    'public - nor after, but for that attempt';

# Rebinding: the name that was good at the first attempt

my $rebinding = log_in('https://rebinding.test/500');
ok wait_until(sub {
    grep { $_->{target} eq '/500' } $site->requests
}), 'rebinding - the first attempt reaches a public address';
$dns->set('rebinding.test' => ['127.0.0.1']);
$connections = $site->connections;

is outcome($rebinding), 'failed callback_failed',
    'rebinding - the second fails';
like $nginx->error_log, qr/ rebinding\.test has an address that is not public/,
    'rebinding - because it is vetted again';
is $site->connections, $connections, 'rebinding - and connects to nobody';

# A name with a hundred addresses, at none of which there is its certificate

$connections = $site->connections;
is outcome(log_in('https://crowd.test/204')), 'failed callback_failed',
    'crowd - fails';
is $site->connections - $connections, 2 * 16,
    'crowd - of its hundred addresses each attempt tries sixteen';

# Redirects

my $before = $plain->connections;
is outcome(log_in('https://good.test/302?to=http://127.0.0.1/inside')),
    'failed callback_failed', 'redirect - is a failure';
is $plain->connections, $before, 'redirect - to an internal URL, not followed';
ok !(grep { $_->{target} =~ m{^/inside} } $site->requests, $plain->requests),
    'redirect - nowhere';

# Nobody but the app's own URL is trusted without vetting.

ok $trusted->wait_for($nginx->issue->{json}{code} =~ s/(.*)/
    $nginx->message(text_message(">>$1<<")); $1/er),
    'public - the app\'s own URL is called wherever it is';

# The form is known when the code is asked for.

sub refusal {
    my ($url) = @_;

    my $answer = $nginx->issue(callback_url => $url);
    return "$answer->{status} " . ($answer->{json}{error} // '');
}

is refusal($_), '403 callback_not_authorized', "public - not $_" for
    'http://good.test/', 'http://good.test:443/', 'https://good.test:8443/',
    'https://good.test:80/', 'http://93.184.216.34/', 'http://127.0.0.1/',
    'http://[::1]/', 'http://localhost/';

is refusal($_), '400 invalid_parameter', "public - not $_" for
    'https://93.184.216.34/', 'https://127.0.0.1/', 'https://[::1]/',
    'https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/',
    'https://[fe80::1%25lo]/', 'https://2130706433/', 'https://0x7f000001/',
    'https://0x7f.0.0.1/', 'https://0X7F.1/', 'https://017700000001/',
    'https://0177.0.0.1/', 'https://0177.0.0.01/', 'https://127.1/',
    'https://127.0.1/', 'https://127.0.0.1./', 'https://127.0.0.1.:443/',
    'https://0/', 'https://10.1/', 'https://1.2.3.4.5/', 'https://a.b.0x1/',
    'https://256.256.256.256/', 'https://%31%32%37.0.0.1/',
    "https://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1/",
    'https://good.test@127.0.0.1/', 'https://good.test:443@127.0.0.1/',
    'https://good.test#@127.0.0.1/', 'https://good.test\\@127.0.0.1/',
    'https://127.0.0.1%2f@good.test/', 'https://good.test%00.inside.test/',
    'https://good.test/a/../b', 'https://good.test/%2e%2e/b',
    'gopher://good.test/', 'file:///etc/passwd', '//good.test/';

$nginx->stop;

# A configuration that would need a resolver and has none

sub says {
    my ($http) = @_;

    my ($good, $said) = Test::WhatsAuth::Nginx->check(
        'whatsauth_store ' . slot_folder() . '/store;'
        . Test::WhatsAuth::Nginx->new->http_lines
        . whatsauth_app(callback_url => 'http://127.0.0.1/',
                        more => 'authorized_callbacks public;') . $http
        . 'server { listen 127.0.0.1:' . slot_port(9)
        . '; location /api/v1/ { whatsauth on; } }');

    return $good ? 'good' : (grep { /emerg/ } split /\n/, $said)[0];
}

like says(''), qr/\[emerg\] .*callbacks need a "resolver"/,
    'public - nginx -t refuses it without a resolver';
is says('resolver ' . $dns->address . ';'), 'good', 'and takes it with one';

done_testing;


# A receiver that also counts who only connects, and redirects anywhere.

package Site;

use parent -norequire, 'Test::WhatsAuth::Receiver';

sub handle {
    my ($self, $client) = @_;

    open my $file, '>>', "$self->{file}.connections" or die;
    syswrite $file, $client->sockhost . "\n";
    close $file;

    return $self->SUPER::handle($client);
}

sub answer {
    my ($self, $client, $target, $before) = @_;

    return $self->SUPER::answer($client, $target, $before)
        unless $target =~ m{^/302\?to=(.*)};

    $client->syswrite("HTTP/1.1 302 Found\r\nLocation: $1\r\n"
                      . "Content-Length: 0\r\n\r\n");
}

sub connections {
    my ($self) = @_;

    open my $in, '<', "$self->{file}.connections" or return 0;
    return scalar(() = <$in>);
}
