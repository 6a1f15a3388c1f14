# demo/whatsauth-simulate signs as Meta does, also over https.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $ca = make_certificates();
my ($certificate, $key) = $ca->issue('localhost');
my $port = slot_port(10);

my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    server => <<"END");
    }

    server {
        listen 127.0.0.1:$port ssl;
        ssl_certificate $certificate;
        ssl_certificate_key $key;

        location /api/v1/ {
            whatsauth on;
        }
END

my $http = 'http://127.0.0.1:' . $nginx->port . '/api/v1/messages';
my $https = "https://localhost:$port/api/v1/messages";

my $code = code();
like simulate($http, $code), qr/^HTTP\S+ 200 /, 'simulate - a message';
ok $receiver->wait_for($code), 'validates the code';

SKIP: {
    skip 'no IO::Socket::SSL', 5 unless eval { require IO::Socket::SSL };

    $code = code();
    unlike simulate($https, $code), qr/^HTTP\S+ 200 /m,
        'simulate - https with an unknown certificate';
    like simulate('--cacert', $ca->file, $https, $code), qr/^HTTP\S+ 200 /,
        'simulate - https with the certificates of --cacert';
    ok $receiver->wait_for($code), 'validates the code';

    $code = code();
    like simulate('--insecure', $https, $code), qr/^HTTP\S+ 200 /,
        'simulate - https with --insecure';
    ok $receiver->wait_for($code), 'validates the code';
}

for my $channel ('link', 'deep_link') {
    my $issued = $nginx->issue(link_message => "\"Log in\" & caf\xc3\xa9");
    simulate($http, $issued->{json}{$channel});
    ok $receiver->wait_for($issued->{json}{code}),
        "simulate - the text of a $channel";
}

$code = code();
simulate('--timestamp', time - 3600, $http, $code);
ok wait_until { $nginx->error_log =~ /reason=old_message/ },
    'simulate - a message of an hour ago does nothing';

my $source = do {
    open my $in, '<', "$TOP/demo/whatsauth-simulate" or die $!;
    local $/;
    <$in>;
};
my ($options) = $source =~ /GetOptions\(\\%option, (.*?)\)/s;
my $help = run('--help');
like $help, qr/^\s+--\Q$_\E\b/m, "simulate - --help tells of --$_"
    for grep { $_ ne 'name' } $options =~ /'([\w-]+)/g;
like $help, qr/--name NAME/, 'simulate - --help tells of --name';

$nginx->stop;
done_testing;


sub code {
    return $nginx->issue->{json}{code};
}


sub simulate {
    my (@arguments) = @_;

    return run('--secret', $APP_SECRET, @arguments);
}


sub run {
    my (@arguments) = @_;

    open my $in, '-|', "$TOP/demo/whatsauth-simulate", @arguments
        or die "whatsauth-simulate: $!\n";
    my $said = do { local $/; <$in> };
    close $in;
    return $said;
}
