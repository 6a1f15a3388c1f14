package Streams;

=head1 NAME

Streams - the rows of ./dev bench on requests that wait for a login

=head1 DESCRIPTION

C<Streams::rows($row)> measures all of them and calls $row for each, with the
arguments of C<row()> in bench.pl.

=cut

use strict;
use warnings;

use IO::Socket::SSL ();
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Test::WhatsAuth::Process qw( memory );
use Test::WhatsAuth::Turns;
use Time::HiRes qw( sleep time );

my $MEASURED = 2000;            # streams, for memory
my $RELOADED = 7500;
my $TOGETHER = 2000;            # logins of one commit
my $OPEN = 10_000;

my $h2_port = slot_port(17);
my $tls_port = slot_port(18);


sub rows {
    my ($row) = @_;

    for my $kind (qw( http/1.1 TLS ), 'TLS h2') {
        memory_of($row, $kind);
    }

    reload($row);
    together($row);
    one_by_one($row);

    return;
}


sub nginx {
    my (%option) = @_;

    my ($cert, $key) = make_certificates()->issue('localhost');

    return start_nginx(connections => 16384, log_level => 'error',
        app => 'login on; max_live 100000; callback_on failed;',
        http => 'access_log off;'
                . ' whatsauth_streams 16000 per_address=16000;',
        server => <<"END", %option);
        listen 127.0.0.1:$tls_port ssl backlog=1024;
        listen 127.0.0.1:$h2_port ssl http2 backlog=1024;
        ssl_certificate $cert;
        ssl_certificate_key $key;
END
}


sub login {
    my ($nginx) = @_;

    my $issued = $nginx->issue(claim => 1);

    return { code => $issued->{json}{code},
             claim => $issued->{headers}{'whatsauth-claim'} };
}


sub stream {
    my ($nginx, $login, $kind) = @_;

    $kind //= 'http/1.1';

    my $client = $kind eq 'http/1.1'
        ? $nginx->client
        : bless { data => '', socket => tls($kind) }, 'Test::WhatsAuth::Client';

    $kind eq 'TLS h2'
        ? h2_request($client, $login->{claim})
        : $client->send('GET', '/api/v1/claim', {
              Accept => 'text/event-stream',
              Authorization => "Bearer $login->{claim}" });

    return $client;
}


sub tls {
    my ($kind) = @_;

    return IO::Socket::SSL->new(PeerAddr => '127.0.0.1',
        PeerPort => $kind eq 'TLS' ? $tls_port : $h2_port,
        SSL_verify_mode => IO::Socket::SSL::SSL_VERIFY_NONE(),
        SSL_alpn_protocols => [ $kind eq 'TLS' ? 'http/1.1' : 'h2' ])
        // die "TLS: $IO::Socket::SSL::SSL_ERROR\n";
}


# HPACK without compression (RFC 7541, 6.2.2)

sub h2_request {
    my ($client, $claim) = @_;

    my $headers = join '', map { "\0" . pack('C/a C/a', @$_) }
        [ ':method', 'GET' ], [ ':scheme', 'https' ],
        [ ':path', '/api/v1/claim' ], [ ':authority', 'localhost' ],
        [ 'accept', 'text/event-stream' ],
        [ 'authorization', "Bearer $claim" ];

    $client->write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        . "\0\0\0\4\0\0\0\0\0"
        . substr(pack('N', length $headers), 1) . "\1\5\0\0\0\1" . $headers);
}


# The memory that workers hold more with streams than without, less pages that
# they share.

sub anonymous {
    my ($nginx) = @_;

    my $sum = 0;
    $sum += memory($_, 'RssAnon') for $nginx->workers;

    return $sum;
}


sub memory_of {
    my ($row, $kind) = @_;

    my %allowed = ('http/1.1' => 10, 'TLS' => 32, 'TLS h2' => 50);
    my $nginx = nginx(workers => 1);
    my $login = login($nginx);

    # The things that OpenSSL and the worker allocate once

    my @streams = map { stream($nginx, $login, $kind) } 1 .. 10;
    $_->fill for @streams;

    my $before = anonymous($nginx);
    my @more = map { stream($nginx, $login, $kind) } 1 .. $MEASURED;
    $_->fill for @more;
    sleep 0.5;

    my $each = (anonymous($nginx) - $before) / $MEASURED;
    $row->("KB of a stream, $kind", '<=', $allowed{$kind}, $each,
           sprintf '%d streams', $MEASURED);

    @streams = @more = ();
    $nginx->end('TERM');
}


sub reload {
    my ($row) = @_;

    my $nginx = nginx();
    my $login = login($nginx);
    my @streams = map { stream($nginx, $login) } 1 .. $RELOADED;
    $_->fill for @streams;

    my $from = time;
    my %old = map { $_ => 1 } $nginx->workers;
    $nginx->signal('HUP');
    wait_until { !grep { kill 0, $_ } keys %old } 60;
    my $took = time - $from;

    my $whole = grep { $_->receive->{body} =~ /\n\n\z/ } @streams;
    my $alerts = () = $nginx->error_log =~ /\[alert\]/g;

    $row->("s to reload with $RELOADED streams", '<=', 1,
           $whole == $RELOADED && !$alerts ? $took : 9999,
           "$whole end whole, $alerts alerts");
    $nginx->end('TERM');
}


# One POST of many messages is one commit.

sub together {
    my ($row) = @_;

    my $turns = Test::WhatsAuth::Turns->new;
    my $nginx = $turns->around(\&nginx);
    my @logins = map { login($nginx) } 1 .. $TOGETHER;
    my @streams = map { stream($nginx, $_) } @logins;
    $_->fill for @streams;

    my $payload = JSON::PP::decode_json(text_message('x'));
    my $message = $payload->{entry}[0]{changes}[0]{value}{messages}[0];
    my @messages = map { { %$message, id => "wamid.$_->{code}",
                           text => { body => ">>$_->{code}<<" } } } @logins;

    my $sender = $nginx->client;
    my @request = $nginx->message_request(
        text_message('x', value => { messages => \@messages }));

    $turns->forget;
    my $from = time;
    $sender->send(@request);

    my @times = times_of(\@streams, $from);
    my $lost = $TOGETHER - @times;

    # The first event follows the commit at once.

    $row->("p99 of $TOGETHER validated in one commit, ms", '<=', 100,
           $lost ? 9999 : 1000 * ($times[0.99 * $#times] - $times[0]),
           sprintf 'after the first event, which comes %.0f ms after the POST; '
           . '%d lost', 1000 * $times[0], $lost);

    $sender->receive;
    my ($elapsed, $cpu) = $turns->longest;

    $row->('longest iteration of an event loop meanwhile, ms', '<=', 5,
           $elapsed, sprintf '%.2f ms of the processor', $cpu);
    $nginx->end('TERM');
}


# When each of the streams has its next event, sorted; a beat is none.

sub times_of {
    my ($streams, $from) = @_;

    my %open = map { fileno $_->{socket} => $_ } @$streams;
    my $bits = '';
    vec($bits, $_, 1) = 1 for keys %open;
    my @times;

    while (%open) {
        my $n = select my $ready = $bits, undef, undef, 10;
        last if $n < 1;
        my $now = time - $from;

        for my $fd (grep { vec $ready, $_, 1 } keys %open) {
            my $stream = $open{$fd};

            $stream->{data} = '';
            next if $stream->fill && $stream->{data} !~ /^event:/m;

            vec($bits, $fd, 1) = 0;
            delete $open{$fd};
            push @times, $now;
        }
    }

    return sort { $a <=> $b } @times;
}


# From the response to the message, which comes after the commit, to the event;
# one that comes before the response counts as 0.

sub one_by_one {
    my ($row) = @_;

    my $nginx = nginx();
    my @logins = map { login($nginx) } 1 .. 500;
    my @watched = map { stream($nginx, $_) } @logins;
    my $idle = login($nginx);
    my @idle = map { stream($nginx, $idle) } 1 .. $OPEN - @watched;
    $_->fill for @watched, @idle;

    my $sender = $nginx->client;
    my @times;

    for my $n (0 .. $#logins) {
        $sender->request($nginx->message_request(
            text_message(">>$logins[$n]{code}<<")));
        my $from = time;
        my $stream = $watched[$n];

        # Beats may stand before the event.
        1 while $stream->{data} !~ /"validated"/ && $stream->fill;
        push @times, 1000 * (time - $from);
    }

    @times = sort { $a <=> $b } @times;
    my $lost = grep { $_->{data} !~ /"validated"/ } @watched;

    $row->("p99 from a commit to its event, $OPEN streams, ms", '<=', 5,
           $lost ? 9999 : $times[0.99 * $#times],
           sprintf 'median %.2f, most %.2f, %d lost', $times[$#times / 2],
           $times[-1], $lost);
    $nginx->end('TERM');
}


1;
