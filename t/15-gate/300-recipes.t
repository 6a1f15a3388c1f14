# The recipes of docs/GATE.md: each is loaded as it stands there, and driven.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( make_path );
use IO::Socket::INET;
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( write_file );

my %page = (Accept => 'text/html,*/*;q=0.8', 'Sec-Fetch-Mode' => 'navigate',
            'Sec-Fetch-Dest' => 'document');

my $folder = slot_folder() . '/recipes';
my $app = start_receiver();
my $socket_port = slot_port(15);
my ($ana, $eve) = ('56911111111', '56944444444');

my $gate_md = do {
    open my $in, '<', "$TOP/docs/GATE.md" or die "docs/GATE.md: $!\n";
    local $/;
    <$in>;
};


sub spill {
    my ($name, $content) = @_;

    my $file = "$folder/$name";

    make_path($file =~ s{/[^/]+\z}{}r);
    write_file($file, $content);
}


# The configuration under a heading, with folders and ports of this test.

sub recipe {
    my ($heading) = @_;

    $gate_md =~ /^### \Q$heading\E\n.*?^```nginx\n# in server\n(.*?)^```$/ms
        or die "no recipe \"$heading\"\n";

    my $app_port = $app->port;

    return $1 =~ s/whatsauth_gate +\Kshop;/demo;/gr
              =~ s{/etc/nginx/}{$folder/}gr
              =~ s{/srv/}{$folder/}gr
              =~ s{(http://127\.0\.0\.1):(?:3000|8080)}{$1:$app_port/200/}gr
              =~ s{(http://127\.0\.0\.1):4000}{$1:$socket_port}gr;
}


# nginx with a recipe, somebody who may come in, and somebody who may not.

sub cook {
    my ($heading) = @_;

    my $nginx = start_nginx(app => 'login on;', server =>
        'location /login/ { whatsauth_login demo; }' . recipe($heading));
    my @people = map { Test::WhatsAuth::Browser->new($nginx) } 1 .. 3;

    $people[1]->log_in($ana);
    $people[2]->log_in($eve);

    return ($nginx, @people);
}


sub seen {
    my ($target) = @_;

    my ($request) = grep { $_->{target} eq $target } reverse $app->requests;
    return $request ? $request->{headers} : {};
}


# The text file of the wiki's recipe.

$gate_md =~ /^```text\n(.*?)^```$/ms or die "no list of numbers\n";
spill('staff', $1);
spill('wiki/index.html', 'front page');
spill('wiki/about.html', 'about');
spill('wiki/public/a.png', 'image');


{
    my ($nginx, $nobody, $member, $stranger) = cook('A static wiki');

    is $nobody->get('/', \%page)->{status}, 401, 'wiki - nobody';
    is $nobody->state, 'start', 'wiki - the login page in its place';
    is $member->get('/', \%page)->{body}, 'front page', 'wiki - of the staff';
    is $stranger->get('/about.html')->{json}{error}, 'number_not_allowed',
        'wiki - another number';
    is $member->get('/')->{headers}{'cache-control'}, 'private, no-cache',
        'wiki - nothing between keeps a copy';
    is $nobody->get('/../staff')->{status}, 400, 'wiki - nothing outside';
    $nginx->stop;
}

{
    my ($nginx, $nobody, $member) = cook('A site with one public page');

    is $nobody->get('/about.html')->{body}, 'about', 'public - the page';
    is $nobody->get('/public/a.png')->{body}, 'image', 'public - the folder';

    for my $path ('/index.html', '/about.html/', '/about.htm',
                  '/public/../index.html', '/public/%2e%2e/index.html',
                  '//index.html', '/About.html')
    {
        is $nobody->get($path)->{status}, 401, "public - and not $path";
    }

    is $member->get('/index.html')->{body}, 'front page', 'public - the rest';
    $nginx->stop;
}

{
    my ($nginx, $nobody, $member, $stranger) = cook('Grafana');
    my %forged = ('X-WEBAUTH-USER' => 'admin', 'X-WEBAUTH-NAME' => 'Admin');

    is $nobody->get('/d/1', { %page, %forged })->{status}, 401,
        'Grafana - a header of the client lets nobody in';
    is $stranger->get('/d/2', \%forged)->{status}, 403,
        'Grafana - nor another number';
    is $member->get('/d/3', { %page, %forged })->{status}, 200,
        'Grafana - of the staff';

    my $headers = seen('/200/d/3');

    is $headers->{'x-webauth-user'}, $ana, 'Grafana - the user';
    is $headers->{'x-webauth-name'}, 'John Doe', 'Grafana - the name';
    ok !exists $headers->{cookie}, 'Grafana - no cookie of ours';
    is_deeply [ map { seen("/200/d/$_") } 1, 2 ], [ {}, {} ],
        'Grafana - has not seen the others';
    $nginx->stop;
}

{
    my ($nginx, $nobody, $member) =
        cook('An app that trusts X-Forwarded-User');
    my %forged = ('X-Forwarded-User' => 'admin', 'X_Forwarded_User' => 'admin',
                  'X-Forwarded-Preferred-Username' => 'admin');

    is $nobody->get('/a', \%forged)->{status}, 401, 'app - nobody';
    is $member->get('/b', \%forged)->{status}, 200, 'app - of the staff';

    my $headers = seen('/200/b');

    is $headers->{'x-forwarded-user'}, $ana, 'app - the user';
    is $headers->{'x-forwarded-preferred-username'}, 'John Doe',
        'app - the name';
    is_deeply [ grep { $headers->{$_} =~ /admin/ } keys %$headers ], [],
        'app - nothing of what the client has written';
    $nginx->stop;
}


# A server of WebSockets: it answers each handshake with its headers.

sub start_sockets {
    my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$socket_port",
        Listen => 5, ReuseAddr => 1) or die "listen: $!\n";

    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;

    while (my $client = $server->accept) {
        my $head = '';
        1 while sysread($client, $head, 4096, length $head)
                && $head !~ /\r\n\r\n/;

        syswrite $client, "HTTP/1.1 101 Switching Protocols\r\n"
                          . "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
                          . lc($head) . "end";
        1 while sysread $client, $head, 4096;
    }

    exit 0;
}


sub handshake {
    my ($nginx, $browser) = @_;

    my $cookies = $browser->cookie;
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1:' . $nginx->port) or die "connect: $!\n";

    syswrite $socket, join "\r\n", 'GET /chat/room HTTP/1.1', 'Host: localhost',
        'Upgrade: websocket', 'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: ' . 'A' x 22 . '==', 'Sec-Fetch-Mode: websocket',
        'X-Forwarded-User: admin', "Cookie: theme=dark; $cookies", '', '';

    my $answer = '';

    local $SIG{ALRM} = sub { die "no answer to a handshake: $answer\n" };
    alarm 10;
    1 while $answer !~ /end\z|\r\n\r\n.*\}/s
            && sysread $socket, $answer, 4096, length $answer;
    alarm 0;

    return $answer;
}

{
    my $pid = start_sockets();
    my ($nginx, $nobody, $member, $stranger) = cook('An app with WebSockets');

    my $answer = handshake($nginx, $nobody);
    like $answer, qr{^HTTP/1\.1 401 }, 'WebSocket - nobody';
    like $answer, qr/"login_required"/, 'WebSocket - JSON and no page';
    like handshake($nginx, $stranger), qr{^HTTP/1\.1 403 },
        'WebSocket - another number';

    $answer = handshake($nginx, $member);
    like $answer, qr{^HTTP/1\.1 101 }, 'WebSocket - of the staff';
    like $answer, qr/^x-forwarded-user: $ana\r$/m, 'WebSocket - the user';
    like $answer, qr/^cookie: theme=dark\r$/m, 'WebSocket - no cookie of ours';
    unlike $answer, qr/admin/, 'WebSocket - nothing that was forged';

    $nginx->stop;
    kill 'TERM', $pid;
    waitpid $pid, 0;
}

{
    my ($nginx, $nobody, $member) = cook('An API that answers JSON');

    for my $headers ({}, \%page, { Accept => 'application/json' }) {
        my $answer = $nobody->get('/data/a', $headers);

        is $answer->{status}, 401, 'API - nobody';
        is $answer->{headers}{'content-type'}, 'application/json',
            'API - JSON, also to a browser';
        is_deeply $answer->{json},
            { error => 'login_required', login => '/login/' },
            'API - of its own';
    }

    is $member->get('/data/b', \%page)->{status}, 200, 'API - of the staff';
    is seen('/200/b')->{'x-forwarded-user'}, $ana, 'API - the user';
    $nginx->stop;
}

done_testing;
