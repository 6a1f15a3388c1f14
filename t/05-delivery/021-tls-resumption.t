# Callbacks resume a TLS session only with the same host and port.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $ca = make_certificates();
my $stranger = make_certificates(slot_folder() . '/stranger');
my $dns = start_dns('shop.test' => ['127.0.0.1'],
                    'other.test' => ['127.0.0.1']);

for my $version ('TLSv1_2', 'TLSv1_3') {

    # Two ports of one site, which would take a session of either from any
    # name and port.

    my $site = start_receiver(tls => [ $ca->issue('shop.test', 'other.test'),
        SSL_version => $version, SSL_session_id_context => 'site' ]);
    my $port = start_receiver(tls => $site->tls);

    my $nginx = start_nginx(
        workers => 1,
        http => 'resolver ' . $dns->address . ' ipv6=off;'
                . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file
                . ';',
        callback_url => $site->url('/204', 'shop.test'),
        app => 'callback_retry 100ms; authorized_callbacks '
               . join(' ', $site->url('/', 'shop.test'),
                      $site->url('/', 'other.test'),
                      $port->url('/', 'shop.test')) . ';',
        allow => qr/prematurely closed connection|certificate verify error/);

    my $resumed = sub {
        my ($receiver, $url) = @_;

        my $code = $nginx->issue(callback_url => $url)->{json}{code};
        $nginx->message(text_message(">>$code<<"));
        wait_until {
            grep { $_->{code} eq $code && $_->{state} eq 'kept' }
                 $nginx->records
        };

        return join ' ', map { $_->{resumed} }
               grep { $_->{json}{verification_code} eq $code }
               $receiver->requests;
    };

    my $shop = $site->url('/204', 'shop.test');

    is $resumed->($site, $shop), 0, "$version - the first has a session made";
    is $resumed->($site, $shop), 1, 'the second takes it up';
    is $resumed->($site, $site->url('/204', 'SHOP.test')), 1,
        'and so does the third, however the host is spelt';

    is $resumed->($site, $site->url('/204', 'other.test')), 0,
        "$version, another name of the site - no session of the first";
    is $resumed->($site, $site->url('/204', 'other.test')), 1,
        'but its own';
    is $resumed->($port, $port->url('/204', 'shop.test')), 0,
        "$version, another port - no session of the first";
    is $resumed->($port, $port->url('/204', 'shop.test')), 1, 'but its own';

    is $resumed->($site, $site->url('/close', 'shop.test')), '1 0',
        "$version, a site that hangs up - its session is not tried again";
    is $resumed->($site, $shop), 0, 'another one is made';
    is $resumed->($site, $shop), 1, 'and taken up';

    # The session of before would not ask for the certificate.

    $nginx->{http} =~ s/(trusted_certificate) [^;]+/"$1 " . $stranger->file/e;
    $nginx->write_config($nginx->config);
    $nginx->reload;

    is $resumed->($site, $shop), '',
        "$version, a reload that trusts somebody else - nobody is called";

    $nginx->stop;
    $_->stop for $site, $port;
}

done_testing;
