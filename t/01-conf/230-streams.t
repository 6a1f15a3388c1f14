# whatsauth_streams: the requests of a worker that may wait for a login.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

sub with {
    my (@lines) = @_;

    return join("\n", @lines) . " # here\n" . app_with('expires 1m;')
        =~ s/ # here//r;
}

accepted("whatsauth_streams - $_", with("whatsauth_streams $_;"))
    for '1', '4096', '4096 per_address=256', '8 per_address=8';

for my $number ('0', '-1', 'many', '1k', '""') {
    refused("whatsauth_streams - $number", with("whatsauth_streams $number;"),
            'invalid number "' . $number =~ tr/"//dr
            . '" in "whatsauth_streams" directive');
}

for my $parameter ('per_address=', 'per_address=0', 'per_address=9',
                   'per_address=x', 'per_host=2', '2')
{
    refused("whatsauth_streams - 8 $parameter",
            with("whatsauth_streams 8 $parameter;"),
            'invalid parameter' . ($parameter =~ /=\z/ ? '' : qq{ "$parameter"})
            . ' in "whatsauth_streams" directive');
}

refused('whatsauth_streams - twice',
        with('whatsauth_streams 8;', 'whatsauth_streams 8;'),
        '"whatsauth_streams" directive is duplicate');
refused('whatsauth_streams - no argument', with('whatsauth_streams;'),
        'invalid number of arguments in "whatsauth_streams" directive');
refused('whatsauth_streams - three arguments',
        with('whatsauth_streams 8 per_address=2 per_address=3;'),
        'invalid number of arguments in "whatsauth_streams" directive');
refused('whatsauth_streams - in server', app_with() . "server {\n"
        . "whatsauth_streams 8; # here\n}\n",
        '"whatsauth_streams" directive is not allowed here');

# Its bounds, and that a reload changes them.

my $nginx = start_nginx(workers => 1, quiet => 1,
    http => 'whatsauth_streams 3 per_address=2;');

my $login = $nginx->issue(claim => 1);
my %claim = (Authorization => "Bearer $login->{headers}{'whatsauth-claim'}");

sub waiting {
    my ($from, %header) = @_;

    my $client = Test::WhatsAuth::Client->connect($nginx->port, $from);
    $client->send('GET', '/api/v1/claim', { %claim, %header });

    return $client;
}

my %events = (Accept => 'text/event-stream');
my %wait = (Prefer => 'wait=55');

# A stream has begun when its first bytes are there.

sub stream {
    my ($from) = @_;

    my $client = waiting($from, %events);
    $client->fill;

    return $client;
}

my @open = map { stream('127.0.0.1') } 1, 2;

for my $case ([ 'events', \%events ], [ 'wait', \%wait ]) {
    my ($name, $header) = @$case;
    my $refused = waiting('127.0.0.1', %$header)->receive;

    is "$refused->{status} $refused->{json}{error}", '503 too_many_streams',
        "per_address - the third one, $name, is refused";
    is $refused->{headers}{'retry-after'}, 2, "per_address - $name, when again";
}

is $nginx->get('/api/v1/claim', \%claim)->{status}, 200,
    'per_address - a response at once is none';

push @open, stream('127.0.0.2');
is waiting('127.0.0.3', %events)->receive->{status}, 503,
    'streams - the fourth one of all is refused';

pop @open;
ok wait_until(sub { waiting('127.0.0.3', Prefer => 'wait=1')->receive->{status}
                    == 200 }), 'a client that goes leaves its place';

$nginx->{http} = 'whatsauth_streams 1;';
$nginx->write_config($nginx->config);
$nginx->reload;

@open = (stream('127.0.0.1'));
is waiting('127.0.0.2', %events)->receive->{status}, 503,
    'reload - another number';

undef @open;
$nginx->stop;

done_testing;
