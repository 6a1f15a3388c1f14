# A callback whose time is over logs what it was waiting for: if the name is
# not resolved, nginx never reached the site.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Test::More;
use Test::WhatsAuth;

my $dns = start_dns('mute.test' => undef, 'shop.test' => ['127.0.0.1']);

# The system accepts connections, and nobody reads what comes.

my $silent = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1')
    or die "listen: $!\n";

# Those that are not accepted fill the queue of this one.

my $full = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
    or die "listen: $!\n";
my @waiting = map {
    IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $full->sockport,
                          Blocking => 0)
} 1 .. 8;

my ($silent_port, $full_port) = map { $_->sockport } $silent, $full;
my $long = '/' . 'x' x 300;

my %late = (
    "http://mute.test:$silent_port/hook" => 'mute.test was not resolved',
    "http://127.0.0.1:$full_port/hook" =>
        "http://127.0.0.1:$full_port/hook did not accept a connection",
    "https://shop.test:$silent_port/hook" =>
        "https://shop.test:$silent_port/hook did not finish the TLS handshake",
    "http://shop.test:$silent_port/hook" =>
        "http://shop.test:$silent_port/hook did not answer",
    "http://shop.test:$silent_port" =>
        "http://shop.test:$silent_port did not answer",
    "http://shop.test:$silent_port$long" =>
        substr("http://shop.test:$silent_port$long", 0, 197)
        . '... did not answer',
);

my $nginx = start_nginx(
    http => 'resolver ' . $dns->address . ' ipv6=off;'
            . ' whatsauth_callback_timeout 1s;',
    callback_url => "http://127.0.0.1:$silent_port/",
    app => 'callback_retry 1s; authorized_callbacks '
           . join(' ', map { m{^(\w+://[^/]+)} } sort keys %late) . ';',
    allow => qr/ in time|given up/);

for my $url (sort keys %late) {
    my $session = 'session_id=of-a-late-visitor';
    my $code = $nginx->issue(callback_url => "$url?$session")->{json}{code};
    $nginx->message(text_message(">>$code<<"));
}

for my $url (sort keys %late) {
    ok wait_until(sub {
        $nginx->error_log =~ /\[error\].*whatsauth: \Q$late{$url}\E in time/
    }), "late - $late{$url}" or diag $nginx->error_log;
}

# The words about a failed attempt

my $failed = qr/\[warn\].*whatsauth: callback to/;

for my $url (sort keys %late) {
    my $shown = length $url > 200 ? substr($url, 0, 197) . '...' : $url;

    ok wait_until(sub {
        $nginx->error_log =~ /$failed \Q$shown\E failed, status 0, attempt 1/
    }), "failed - scheme, host, port and path of " . substr $url, 0, 40;
}

my $first;

ok wait_until(sub {
    ($first) = $nginx->error_log =~ /(\[error\].*given up.*)/;
}), 'given up - at the level error';
like $first,
    qr{callback to https?://[a-z0-9.]+:\d+(?:/\S*)? given up, status 0},
    'and with port and path';

unlike $nginx->error_log, qr/session_id|late-visitor/, 'no line has the query';

$nginx->stop;
done_testing;
