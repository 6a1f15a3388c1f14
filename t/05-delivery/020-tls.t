# Over TLS a site must show a certificate of its name by somebody we trust.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::SSL::Utils qw( CERT_create KEY_create_ec PEM_cert2file
    PEM_file2cert PEM_file2key PEM_key2file );
use Test::More;
use Test::WhatsAuth;

my $ca = make_certificates();
my $stranger = make_certificates(slot_folder() . '/stranger');

my @site = $ca->issue('shop.test', 'shop-by-another-name.test');

my %site = (
    good => [ @site ],
    wrong_name => [ $ca->issue('other.test') ],
    expired => [ expired('shop.test') ],
    self_signed => [ map { slot_folder() . "/stranger/ca.$_" } 'pem', 'key' ],
    untrusted => [ $stranger->issue('shop.test') ],
);

# Only a server that does not insist on sound signatures speaks TLS 1.1.

for my $version ('TLSv1_1', 'TLSv1_2', 'TLSv1_3') {
    $site{$version} = [ @site, SSL_version => $version,
                        SSL_cipher_list => 'ALL:@SECLEVEL=0' ];
}

my %receiver = map { $_ => start_receiver(tls => $site{$_}) } keys %site;
my $plain = start_receiver();

my $dns = start_dns('shop.test' => ['127.0.0.1'],
                    'shop-by-another-name.test' => ['127.0.0.1']);

my $nginx = start_nginx(
    http => 'whatsauth_callback_timeout 2s;'
            . 'resolver ' . $dns->address . ' ipv6=off;'
            . 'whatsauth_callback_ssl_trusted_certificate ' . $ca->file . ';',
    callback_url => $receiver{good}->url('', 'shop.test'),
    app => 'callback_retry 100ms; authorized_callbacks '
           . join(' ', map { $_->url('/', 'shop.test') } values %receiver)
           . ' ' . $receiver{good}->url('/', 'shop-by-another-name.test')
           . ' https://shop.test:' . $plain->port . '/;',
    allow => qr/certificate|did not finish|unsupported protocol/);

sub log_in {
    my ($url) = @_;

    my $code = $nginx->issue(callback_url => $url // '')->{json}{code};
    $nginx->message(text_message(">>$code<<"));
    return $code;
}

sub record {
    my ($code) = @_;

    return wait_until {
        (grep { $_->{code} eq $code && $_->{state} eq 'kept' }
         $nginx->records)[0];
    };
}

# Good certificates

my $request = $receiver{good}->wait_for(
    log_in($receiver{good}->url('/200?x=1', 'shop.test')));
is $request->{sni}, 'shop.test', 'tls - the name is sent with the handshake';
is $request->{headers}{host}, 'shop.test:' . $receiver{good}->port,
    'tls - Host with the port';
is $request->{target}, '/200?x=1', 'tls - the target';

$request = $receiver{good}->wait_for(
    log_in($receiver{good}->url('/200', 'shop-by-another-name.test')));
is $request->{sni}, 'shop-by-another-name.test', 'tls - another name of it';

$request = $receiver{good}->wait_for(
    log_in($receiver{good}->url('?x=1', 'SHOP.test')));
is $request->{target}, '/?x=1', 'tls - a URL of a name and a query';

for my $version ('TLSv1_2', 'TLSv1_3') {
    $request = $receiver{$version}->wait_for(
        log_in($receiver{$version}->url('/200', 'shop.test')));
    is $request->{tls}, $version, "$version and nothing else - is spoken";
}

# All others

ok speaks($receiver{TLSv1_1}, 'TLSv1_1'),
    'TLSv1_1 and nothing else - is spoken by a client that does';

my %told = (
    wrong_name => qr/certificate does not match "shop\.test"/,
    expired => qr/certificate has expired/,
    self_signed => qr/self.signed certificate/,
    untrusted => qr/unable to (?:verify|get) .* certificate/,
    TLSv1_1 => qr/\[error\] .*unsupported protocol/,
);

for my $fault (sort keys %told) {
    my $code = log_in($receiver{$fault}->url('/200', 'shop.test'));
    my $record = record($code);

    is $record->{status}, 'failed', "tls, $fault - is a failure";
    is $record->{error}, 'callback_failed', 'of the callback';
    is_deeply [ $receiver{$fault}->requests ], [], 'the site is told nothing';
    like $nginx->error_log, $told{$fault}, 'and the log tells why';
}

my $code = log_in('https://shop.test:' . $plain->port . '/200');
is record($code)->{status}, 'failed', 'tls - a site that has none';
is_deeply [ grep { $_->{headers} && $_->{headers}{'webhook-id'} }
            $plain->requests ], [], 'is told nothing';

$nginx->stop;

# Without whatsauth_callback_ssl_trusted_certificate nginx trusts OpenSSL's own
# certificates, whose place the environment may name.

for my $trusted ($ca, $stranger) {
    local $ENV{SSL_CERT_FILE} = $trusted->file;

    my $good = $trusted == $ca;

    $nginx = start_nginx(
        http => 'resolver ' . $dns->address . ' ipv6=off;',
        callback_url => $receiver{good}->url('/200', 'shop.test'),
        app => 'callback_retry 100ms;',
        allow => $good ? undef : qr/certificate verify failed/);

    is record(log_in())->{status}, $good ? 'validated' : 'failed',
        'tls, by default - a site that OpenSSL '
        . ($good ? 'trusts' : 'does not trust');

    $nginx->stop;
}

done_testing;


sub speaks {
    my ($receiver, $version) = @_;

    return IO::Socket::SSL->new(PeerAddr => '127.0.0.1:' . $receiver->port,
        SSL_version => $version, SSL_cipher_list => 'ALL:@SECLEVEL=0',
        SSL_verify_mode => 0);
}


sub expired {
    my ($name) = @_;

    my $folder = slot_folder();
    my ($cert, $key) = CERT_create(
        subjectAltNames => [ [ DNS => $name ] ], key => KEY_create_ec(),
        not_before => time - 7200, not_after => time - 3600,
        issuer => [ PEM_file2cert($ca->file),
            PEM_file2key($ca->file =~ s/pem$/key/r) ]);

    PEM_cert2file($cert, "$folder/expired.pem");
    PEM_key2file($key, "$folder/expired.key");

    return "$folder/expired.pem", "$folder/expired.key";
}
