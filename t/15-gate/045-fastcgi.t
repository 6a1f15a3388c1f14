# The gate before a FastCGI program, which sees who the person is and no cookie
# of ours.  The stand-in answers with the parameters that it was given.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16)
    or die "listen: $!\n";
my $port = $listen->sockport;

defined(my $program = fork) or die "fork: $!\n";

if ($program == 0) {
    while (my $client = $listen->accept) {
        answer($client);
    }

    exit 0;
}

END { kill 'KILL', $program if $program }

sub answer {
    my ($client) = @_;
    my $params = '';

    while (read($client, my $head, 8) == 8) {
        my (undef, $type, undef, $len, $padding) = unpack 'CCnnC', $head;
        read $client, my $content, $len + $padding if $len + $padding;

        if ($type == 4) {
            $params .= substr $content // '', 0, $len;

        } elsif ($type == 5 && $len == 0) {
            my $text = "Content-Type: text/plain\r\n\r\n"
                . join '', map { "$_->[0]=$_->[1]\n" } pairs($params);
            print $client pack('CCnnCC', 1, 6, 1, length $text, 0, 0), $text,
                pack('CCnnCC', 1, 3, 1, 8, 0, 0), "\0" x 8;
            close $client;
            return;
        }
    }
}

# FastCGI specification, 3.4

sub pairs {
    my ($params) = @_;
    my @pairs;

    while ($params ne '') {
        my @len = map {
            my $n = ord $params;
            $n > 127 ? unpack('N', substr $params, 0, 4, '') & 0x7fffffff
                     : ord substr $params, 0, 1, '' } 1 .. 2;
        push @pairs, [ map { substr $params, 0, $_, '' } @len ];
    }

    return @pairs;
}

my $nginx = start_nginx(app => 'login on; max_live 1000;',
    server => <<"CONF");
location /login/ { whatsauth_login demo; }
location / {
    whatsauth_gate demo;
    whatsauth_gate_numbers any;
    fastcgi_pass 127.0.0.1:$port;
    fastcgi_param QUERY_STRING \$query_string;
    fastcgi_param REMOTE_USER \$whatsauth_subject;
}
CONF

my $browser = Test::WhatsAuth::Browser->new($nginx);

is $nginx->get('/index.php')->{status}, 401, 'without a session';

$browser->log_in('56911111111');
$browser->cookies->{theme} = 'dark';
my $body = $browser->get('/index.php?a=b')->{body};
like $body, qr/^REMOTE_USER=56911111111$/m, 'with one - it hears who it is';
like $body, qr/^HTTP_COOKIE=theme=dark$/m, 'and sees its own cookies';

delete $browser->cookies->{theme};
$body = $browser->get('/index.php', { 'Remote-User' => 'admin',
                                      'Remote_User' => 'admin' })->{body};
unlike $body, qr/^HTTP_COOKIE=/m, 'none of its own - no header';
like $body, qr/^REMOTE_USER=56911111111$/m,
    'headers of the client - are not the identity';

$nginx->stop;

done_testing;
