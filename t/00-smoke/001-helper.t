# The helpers of the tests keep their promises, against a plain nginx: every
# other test relies on them.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::SSL ();
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Time::HiRes qw( time );

# Signatures and payloads

is signature('{"object":"whatsapp_business_account","entry":[]}',
             'test_app_secret'),
    'sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756',
    'a body is signed as Meta signs it';

my $payload = JSON::PP::decode_json(text_message('>>0123456789<<'));
my $value = $payload->{entry}[0]{changes}[0]{value};

is $value->{messages}[0]{text}{body}, '>>0123456789<<', 'a text message';
is $value->{metadata}{display_phone_number}, '56943426553', 'its receiver';
unlike $value->{messages}[0]{timestamp}, qr/\D/, 'its time in seconds';

# The receiver

my $receiver = start_receiver();

sub ask {
    my ($path, $body) = @_;

    return Test::WhatsAuth::Client->connect($receiver->port)
        ->request('POST', $path, {}, $body // '{}');
}

is ask('/200')->{status}, 200, 'receiver - 200';
is ask('/204')->{status}, 204, 'receiver - 204';
is ask('/302')->{headers}{location}, '/204', 'receiver - 302';
is ask('/503?retry_after=7')->{headers}{'retry-after'}, 7,
    'receiver - Retry-After';
is ask('/close')->{status}, 0, 'receiver - closes';
is ask('/reset')->{status}, 0, 'receiver - resets';
is ask('/early')->{status}, 200, 'receiver - 103 before 200';
is_deeply [ map { ask('/fail/2')->{status} } 1 .. 3 ], [ 500, 500, 204 ],
    'receiver - fails twice';

my $start = time;
is ask('/drip')->{status}, 200, 'receiver - drips';
cmp_ok time - $start, '>', 1, 'slowly';

ask('/200', '{"verification_code":"0123456789"}');
my $request = $receiver->wait_for('0123456789');
is $request->{target}, '/200', 'receiver - finds a callback by its code';
is $request->{method}, 'POST', 'receiver - records the method';
is scalar $receiver->requests, 12, 'receiver - records every request';

my $ca = make_certificates();
my $secure = start_receiver(tls => [ $ca->issue('shop.test') ]);

my %tls = (PeerAddr => '127.0.0.1', PeerPort => $secure->port,
           SSL_ca_file => $ca->file, SSL_verifycn_scheme => 'http');

ok !IO::Socket::SSL->new(%tls, SSL_verifycn_name => 'other.test'),
    'certificates - another name is refused';

my $socket = IO::Socket::SSL->new(%tls, SSL_verifycn_name => 'shop.test',
                                  SSL_hostname => 'shop.test');
ok $socket, 'certificates - the name is accepted'
    or diag $IO::Socket::SSL::SSL_ERROR;

print $socket "POST /204 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
like scalar <$socket>, qr/^HTTP\S+ 204/, 'receiver - answers over TLS';
is +($secure->requests)[0]{sni}, 'shop.test', 'receiver - records the SNI';

# nginx, with nothing of the module but its .so

my $nginx = start_nginx(apps => '', location => 'return 404;',
    plain => 1, server => <<'END');
        location = /echo {
            proxy_pass http://127.0.0.1:$server_port/sink;
            add_header X-Body $request_body;
            add_header X-Worker $pid;
        }

        location = /sink {
            return 200;
        }
END

my @workers = $nginx->workers;
is @workers, 2, 'nginx - two workers run';

for my $worker (@workers) {
    my $client = $nginx->client($worker);
    is $client->request('GET', '/worker')->{body}, $worker,
        'nginx - a chosen worker answers';
    is $client->request('GET', '/worker')->{worker}, $worker,
        'and again on the same connection';
}

is $nginx->post('/echo', 'abc')->{headers}{'x-body'}, 'abc',
    'nginx - a body is posted';

my @answers = $nginx->together(map { [ 'GET', '/worker' ] } 1 .. 200);
is scalar(grep { $_->{status} == 200 } @answers), 200,
    'nginx - 200 requests at once';

$nginx->kill_worker($workers[0]);
ok !(grep { $_ == $workers[0] } $nginx->workers),
    'nginx - a killed worker is replaced';

@workers = $nginx->workers;
$nginx->reload;
is scalar(grep { my $old = $_; grep { $_ == $old } $nginx->workers } @workers),
    0, 'nginx - a reload replaces all workers';

my $pid = $nginx->pid;
$nginx->restart;
isnt $nginx->pid, $pid, 'nginx - a restart makes a new master';
is $nginx->get('/worker')->{status}, 200, 'which serves';

$nginx->{allow} = qr/worker process \d+ exited on signal 9/;
$nginx->stop;

# The name server

my $dns = start_dns('shop.test' => ['127.0.0.1'], 'mute.test' => undef);

$nginx = start_nginx(apps => '', location => 'return 404;', plain => 1,
    http => 'resolver ' . $dns->address . ' valid=1s ipv6=off;'
            . ' resolver_timeout 1s;',
    allow => qr/could not be resolved|no live|refused/,
    server => 'location = /resolve { proxy_pass http://$arg_name:'
              . $receiver->port . '/200; }');

is $nginx->get('/resolve?name=shop.test')->{status}, 200, 'dns - a name';
is $nginx->get('/resolve?name=none.test')->{status}, 502, 'dns - NXDOMAIN';
is $nginx->get('/resolve?name=mute.test')->{status}, 502, 'dns - silence';

$dns->set('none.test' => ['127.0.0.1']);
ok wait_until(sub {
    $nginx->get('/resolve?name=none.test')->{status} == 200
}), 'dns - a table that changes';

$nginx->stop;
done_testing;
