# Messages, callbacks and replies of which any one allocation fails: the site
# learns of every code.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Fault;

plan skip_all => 'a sanitizer wants to be the first library'
    if $ENV{ASAN_OPTIONS} || $ENV{TEST_NGINX_VALGRIND};

my $ca = make_certificates();
my ($cert, $key) = $ca->issue('shop.test');
my $dns = start_dns('shop.test' => ['127.0.0.1']);

# The site: it has a log of its own, and is told the code of each by its URL.
my ($plain, $tls) = map { slot_port($_) } 10, 11;

my $site = start_nginx(allow => qr/SSL_\w+\(\)/, http => <<"END_OF_HTTP");
    server {
        listen 127.0.0.1:$plain;
        listen 127.0.0.1:$tls ssl;

        ssl_certificate $cert;
        ssl_certificate_key $key;

        location / {
            return 204;
        }

        location /v26.0/ {
            return 200 '{}';
        }
    }
END_OF_HTTP

my $fault = Test::WhatsAuth::Fault->new;
my $nginx = $fault->around(sub {
    start_nginx(workers => 1, main => 'thread_pool whatsauth threads=2;',
        allow => $Test::WhatsAuth::Fault::LOG,
        http => 'whatsauth_callback_timeout 2s;'
                . 'resolver ' . $dns->address . ' ipv6=off;'
                . 'whatsauth_callback_ssl_trusted_certificate '
                . $ca->file . ';',
        apps => <<"END_OF_APPS");
    whatsauth_app demo {
        token $TOKEN;
        phone $PHONE;
        callback_secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjQw;
        callback_retry 500ms 500ms 1s 1s 1s 1s;
        authorized_callbacks http://127.0.0.1:$plain/ https://shop.test:$tls/;
        meta app_secret=$APP_SECRET phone_number_id=106540352242922
             access_token=token-of-meta api=http://127.0.0.1:$plain/v26.0;
        reply_limit 65535/h 65535/h;
    }
END_OF_APPS
});

my $full = $ENV{TEST_NGINX_BINARY};

delivered('a callback', "http://127.0.0.1:$plain");
delivered('a callback and a reply', "http://127.0.0.1:$plain",
          response_message => 'Welcome', step => $full ? 1 : 11);
delivered('a callback over TLS', "https://shop.test:$tls",
          step => $full ? 7 : 101);

$nginx->stop;
$site->stop;
done_testing;


sub delivered {
    my ($title, $url, %option) = @_;

    my ($body, $answer, @sent);

    # The codes are asked for while nothing fails.
    my $next = sub {
        my $target = "/$title/" . @sent;
        $target =~ tr/ /-/;

        my %parameter = map { $_ => $option{$_} }
                        grep { defined $option{$_} } 'response_message';

        my $code = wait_until {
            $nginx->issue(callback_url => $url . $target,
                          %parameter)->{json}{code};
        };
        $body = text_message(">>$code<<");
        push @sent, $target;
        return '';
    };

    my $missing = sub {
        my %told = map { $_ => 1 } $site->access_log =~ /"POST (\S+)/g;

        return grep { !$told{$_} } @sent;
    };

    $next->();

    $fault->each_allocation($nginx, $title, sub {
        $answer = $nginx->message($body);
        return $answer->{status} =~ /^(?:0|200|500|503)$/
               ? '' : "the answer $answer->{status}";
    }, step => $option{step} // ($full ? 1 : 7), check => sub {
        return 'it is not taken when it comes again'
            unless $answer->{status} == 200
                   || wait_until { $nginx->message($body)->{status} == 200 };
        return $next->();
    }, settle => sub {
        pop @sent;
        wait_until { !$missing->() } 20;
    });

    is_deeply [ $missing->() ], [],
        "$title - the site is told of all " . @sent;
}
