# Responses that stay open end with their session, in any worker: WebSockets
# and events.  Those of other sessions go on.

use strict;
use warnings;

use lib 't/lib';
use IO::Select ();
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Time::HiRes qw( time );

my $PATIENCE = 20;

$SIG{PIPE} = 'IGNORE';

# A site that upgrades, echoes and sends events, some of them only when it is
# asked to.

my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64)
    or die "listen: $!\n";
my $port = $listen->sockport;

defined(my $site = fork) or die "fork: $!\n";

if ($site == 0) {
    serve();
    exit 0;
}

END { kill 'KILL', $site if $site }

sub serve {
    my $all = IO::Select->new($listen);
    my $events = "HTTP/1.1 200 OK\r\n"
        . "Content-Type: %s; charset=utf-8\r\n\r\ndata: begun\n\n";
    my @late;

    while (my @ready = $all->can_read) {
        for my $socket (@ready) {
            if ($socket == $listen) {
                $all->add($listen->accept);
                next;
            }

            if (!sysread $socket, my $data, 65536) {
                $all->remove($socket);
                close $socket;

            } elsif ($data =~ m{^GET /events}) {
                syswrite $socket, sprintf $events, 'text/event-stream';

            } elsif ($data =~ m{^GET /Events}) {
                syswrite $socket, sprintf $events, 'Text/Event-Stream';

            } elsif ($data =~ m{^GET /late}) {
                push @late, $socket;

            } elsif ($data =~ m{^GET /(held|now)}) {
                syswrite $socket, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
                    . @late;
                next if $1 eq 'held';
                syswrite $_, sprintf $events, 'text/event-stream' for @late;

            } elsif ($data =~ /^GET /) {
                syswrite $socket, "HTTP/1.1 101 Switching Protocols\r\n"
                    . "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n";

            } else {
                syswrite $socket, $data;
            }
        }
    }
}

my $nginx = start_nginx(app => 'login on; max_live 1000;',
    server => <<"CONF");
location /login/ { whatsauth_login demo; }
location / {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
    proxy_pass http://127.0.0.1:$port;
    proxy_http_version 1.1;
    proxy_buffering off;
    proxy_set_header Upgrade \$http_upgrade;
    proxy_set_header Connection \$http_connection;
}
location /tried/ {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
    try_files /nowhere \@site;
}
location \@site {
    proxy_pass http://127.0.0.1:$port;
    proxy_http_version 1.1;
    proxy_set_header Upgrade \$http_upgrade;
    proxy_set_header Connection \$http_connection;
}
CONF

sub logged_in {
    return Test::WhatsAuth::Browser->logged_in($nginx, @_);
}

sub ask {
    my ($browser, $path) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $nginx->{port}) or die "connect: $!\n";
    my $upgrade = $path =~ /socket/
        ? "Upgrade: websocket\r\nConnection: upgrade\r\n" : '';

    syswrite $socket, "GET $path HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        . "Cookie: wa-demo=$browser->{cookies}{'wa-demo'}\r\n$upgrade\r\n";

    return { socket => $socket, data => '' };
}

sub open_stream {
    my ($browser, $path) = @_;

    my $stream = ask($browser, $path);
    read_until($stream, $path =~ /socket/ ? qr/\r\n\r\n/ : qr/data: begun/);
    return $stream;
}

# 1 if it comes; '' if the stream ends before it, or time is up.

sub read_until {
    my ($stream, $wanted) = @_;
    my $end = time + $PATIENCE;

    while (time < $end) {
        return 1 if $stream->{data} =~ $wanted;
        next if !IO::Select->new($stream->{socket})->can_read(0.1);

        my $n = sysread $stream->{socket}, $stream->{data}, 65536,
                        length $stream->{data};
        $stream->{over} = 1, return $stream->{data} =~ $wanted if !$n;
    }

    return '';
}

sub is_over {
    my ($stream) = @_;

    read_until($stream, qr/never comes/);
    return $stream->{over};
}

sub lives {
    my ($stream, $word) = @_;

    syswrite $stream->{socket}, $word;
    return read_until($stream, qr/\Q$word\E/);
}

my $mine = logged_in('56911111111');
my $other = logged_in('56922222222');

my @sockets = map { open_stream($mine, '/socket') } 1 .. 8;
my @events = map { open_stream($mine, $_) } ('/events') x 3, '/Events';
my $foreign = open_stream($other, '/socket');

is scalar(grep { $_->{data} =~ m{^HTTP/1.1 101} } @sockets), 8,
    'WebSockets - open';
is scalar(grep { $_->{data} =~ m{^HTTP/1.1 200} } @events), 4,
    'events - come';
ok lives($sockets[0], 'hello'), 'a WebSocket - goes both ways';

$mine->post('logout');
is scalar(grep { is_over($_) } @sockets), 8, 'logout - all WebSockets end';
is scalar(grep { is_over($_) } @events), 4, 'logout - all events end';
ok lives($foreign, 'still here'), 'a WebSocket of another person - goes on';

# By the site, and after a reload in a worker that ends.

my $phone = logged_in('56922222222');
my $second = open_stream($phone, '/socket');
$nginx->reload(0);
ok lives($foreign, 'after the reload'), 'reload - a WebSocket goes on';

is $nginx->request('DELETE', '/api/v1/sessions?phone=56922222222',
    { Authorization => "Bearer $TOKEN" })->{status}, 200, 'DELETE sessions';
ok is_over($foreign), 'ends those of old workers';
ok is_over($second), 'and all of the person';

# A session that ends between the request and the response

my ($gone, $stays) = map { logged_in($_) } '56944444444', '56955555555';
my @late = map { ask($_, '/late') } $gone, $stays;
my %cookie = (Cookie => $stays->cookie);
ok wait_until(sub { $nginx->get('/held', \%cookie)->{body} eq 2 }),
    'two requests - have been let in';
$gone->post('logout');
$nginx->get('/now', \%cookie);
ok is_over($late[0]), 'logout before the response - ends it';
ok read_until($late[1], qr/data: begun/), 'that of another person - comes';
$stays->post('logout');
ok is_over($late[1]), 'and ends with the session';

# Answer 0, also where the gate's location has led to another without one.

my $third = logged_in('56933333333');
my $stream = open_stream($third, '/socket');
my $tried = open_stream($third, '/tried/socket');
ok lives($tried, 'hello'), 'try_files - a WebSocket goes both ways';
$nginx->message(text_message('0', from => '56933333333'));
ok is_over($stream), 'the answer 0 - ends it, too';
ok is_over($tried), 'try_files - ends with the session of the gate before';

$nginx->stop;

done_testing;
