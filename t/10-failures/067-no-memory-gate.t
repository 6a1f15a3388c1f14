# The gate while any one allocation fails: 500, 503 or no answer at all.  Nobody
# is let in without a session, nobody who has one is logged out, an upstream
# sees none of our cookies, and nothing is left behind.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Fault;
use Test::WhatsAuth::Files qw( write_file );

plan skip_all => 'a sanitizer wants to be the first library'
    if $ENV{ASAN_OPTIONS} || $ENV{TEST_NGINX_VALGRIND};

my $fault = Test::WhatsAuth::Fault->new;
my $nginx = $fault->around(sub {
    start_nginx(workers => 1, main => 'thread_pool whatsauth threads=2;',
        app => 'login on; max_live 100000000; start_limit off;',
        server => server(), allow => $Test::WhatsAuth::Fault::LOG);
});

mkdir $nginx->root . '/files' or die;
write_file($nginx->root . '/files/a', 'secret');

my $session = Test::WhatsAuth::Browser->new($nginx);
$session->log_in;

my %logged_in = (Cookie => 'theme=dark; wa-demo='
                           . $session->cookies->{'wa-demo'} . '; lang=es');
my %navigation = ('Sec-Fetch-Mode' => 'navigate',
                  'Sec-Fetch-Dest' => 'document', Accept => 'text/html');
my %spoilt = (Cookie => 'wa-demo=' . 'A' x 43);
my $PAGE = qr/data-state="start"/;
my $REFUSED = qr/"error":"login_required"/;

without_memory('a file', 200, qr/\Asecret\z/, '/files/a', \%logged_in);
without_memory('an upstream', 200, qr/\Atheme=dark; lang=es \+56\d+\z/,
    '/app/', \%logged_in);

# Two of them are taken out of the list, one from its middle.

my ($ours) = $logged_in{Cookie} =~ /(wa-\S+);/;

without_memory('an upstream, headers of ours', 200,
    qr/\Atheme=dark \+56\d+\z/, '/app/',
    { Cookie => join "\r\nCookie: ", 'theme=dark', $ours, 'wa-known-demo=a' });

without_memory('one that must be known', '200|403',
    qr/\Asecret\z|number_not_allowed/, '/few/a', \%logged_in);
without_memory('one that must not', 403, qr/access_denied/, '/nobody/a',
    \%logged_in);
without_memory('no session', 401, $REFUSED, '/files/a', {});
without_memory('no session where none is needed', 200, qr/\Asecret\z/,
    '/optional/a', {});
without_memory('a spoilt session', 401, $REFUSED, '/files/a', \%spoilt,
    clears => 1);
without_memory('the page in place', 401, $PAGE, '/files/a', \%navigation);
without_memory('the page, a spoilt session', 401, $PAGE, '/files/a',
    { %navigation, %spoilt }, clears => 1);

my $claim = validated_claim();

# The page's button goes on with it, too.

without_memory('a validated login', '303|401',
    qr/\A\z|data-state="(?:start|validated)"/, '/files/a',
    sub { +{ %navigation, Cookie => "wa-claim-demo=$claim" } },
    check => \&another_login);

# The page for errors has a gate, too, which must not wait for what was given
# up before.

without_memory('a validated login, and a page for errors', '303|401',
    qr/\A\z|data-state="(?:start|validated)"/, '/told/a',
    sub { +{ %navigation, Cookie => "wa-claim-demo=$claim" } },
    check => \&another_login);

$nginx->stop;
done_testing;


sub server {
    my $up = slot_port(19);

    return <<"END";
location /login/ { whatsauth_login demo; }
        location /files/ { whatsauth_gate demo; alias files/; }
        location /optional/ { whatsauth_gate demo optional; alias files/; }
        location /few/ {
            whatsauth_gate demo;
            whatsauth_gate_numbers +56911111111 +56922222222;
            alias files/;
        }
        location /nobody/ {
            whatsauth_gate demo;
            whatsauth_gate_require \$arg_none;
            alias files/;
        }
        location /told/ {
            whatsauth_gate demo;
            alias files/;
            error_page 500 /told/error;
        }
        location /app/ {
            whatsauth_gate demo;
            proxy_set_header X-Phone \$whatsauth_phone;
            proxy_pass http://127.0.0.1:$up/;
            error_page 500 /app/error;
        }
    }

    server {
        listen 127.0.0.1:$up;
        location / { return 200 "\$http_cookie \$http_x_phone"; }
END
}


# After a failed commit nginx refuses for a moment, until the store can be
# written.

sub another_login {
    return wait_until { defined($claim = validated_claim()) }
           ? '' : 'nobody can log in any more';
}


sub validated_claim {
    my $browser = Test::WhatsAuth::Browser->new($nginx);

    $browser->begin_login;
    return $browser->cookies->{'wa-claim-demo'};
}


sub without_memory {
    my ($title, $status, $body, $path, $headers, %option) = @_;

    $fault->each_allocation($nginx, $title, sub {
        my $begin = time;
        my $answer = $nginx->get($path, ref $headers eq 'CODE' ? $headers->()
                                                              : $headers);
        my $text = $answer->{body} // '';
        my $cleared = $answer->{headers}{'set-cookie'} // '';

        # That of "error_page" is an upstream, too.
        return "an upstream sees $text" if $text =~ /wa-(?:known-)?demo=/;

        return 'no answer in time' if time - $begin > 10;
        return '' if $answer->{status} =~ /^(?:0|500|502|503)$/
                     && $text !~ /secret/
                     && ($option{clears} || $cleared !~ /wa-demo=;/);
        return '' if $answer->{status} =~ /^(?:$status)$/ && $text =~ $body;
        return "$answer->{status} $text";
    }, %option);
}
