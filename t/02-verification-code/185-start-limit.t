# start_limit: a stranger with the page's token gets a limited number of codes
# from one address, from all workers together, and stops nobody else.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( sleep time );

my $PAGE = 'https://shop.test';

# An app for each limit, so that each has counts of its own

my %limit = (minute => 'start_limit 3/m 1000/h;',
             hour => 'start_limit 1000/m 4/h;',
             none => 'start_limit off;', default => '');

my %pages;

for my $name (sort keys %limit) {
    $pages{$name} = "page_token token-of-a-page-of-$name;"
                    . "authorized_origins $PAGE; $limit{$name}";
}

my $nginx = start_nginx(apps => join('', map {
        whatsauth_app(name => $_, token => "token-of-$_-app",
                      callback_url => 'http://127.0.0.1:1/',
                      more => $pages{$_}) } sort keys %limit),
    http => 'set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;');

my $client = 0;

sub address {
    return sprintf '192.0.2.%d', ++$client;
}

sub ask {
    my ($app, $address, %option) = @_;

    my $token = $option{server} ? "token-of-$app-app"
                                : "token-of-a-page-of-$app";

    return $nginx->get('/api/v1/verification_code?' . ($option{query} // ''), {
        Authorization => "Bearer $token", Origin => $PAGE,
        'X-Real-IP' => $address });
}

sub statuses {
    return join ' ', map { ask(@_)->{status} } 1 .. 5;
}

# Counts begin anew with each minute and hour of the clock; none may do so
# within a check.

sub settle {
    my ($window, $left) = @_;

    my $passed = time - $window * int(time / $window);
    sleep $window - $passed + 0.1 if $passed > $window - $left;
}

settle(3600, 20);
settle(60, 15);

my $address = address();

is statuses('minute', $address), '200 200 200 429 429',
    'in a minute - three codes for one address';

my $answer = ask('minute', $address);
is $answer->{json}{error}, 'too_many_requests', 'and a word for it';
cmp_ok $answer->{headers}{'retry-after'}, '>', 0, 'and when to come back';
cmp_ok $answer->{headers}{'retry-after'}, '<=', 60, 'within the minute';
is $answer->{headers}{'access-control-allow-origin'}, $PAGE,
    'for the page to read';

is statuses('minute', address()), '200 200 200 429 429',
    'in a minute - another address has its own';
is statuses('minute', $address, server => 1), '200 200 200 200 200',
    'in a minute - the server is not counted';

is statuses('hour', $address), '200 200 200 200 429',
    'in an hour - four codes, and another app has its own counts';
cmp_ok ask('hour', $address)->{headers}{'retry-after'}, '<=', 3600,
    'and when to come back';

$nginx->reload;

is ask('minute', $address)->{status}, 429, 'reload - keeps the minute';
is ask('hour', $address)->{status}, 429, 'reload - keeps the hour';

# Addresses of one client

is statuses('minute', '2001:db8:0:1::1'), '200 200 200 429 429',
    'IPv6 - an address';
is ask('minute', '2001:db8:0:1:ffff::2')->{status}, 429,
    'IPv6 - another one of the same /64';
is ask('minute', '2001:db8:0:2::1')->{status}, 200, 'IPv6 - of the next /64';
is ask('minute', "::ffff:$address")->{status}, 429,
    'IPv6 - an IPv4 address on a socket for both';
is ask('minute', '::ffff:' . address())->{status}, 200,
    'IPv6 - which is no network with all the others';

# One client may have many networks: 56 bits have 4 times 3 codes a minute,
# and 48 bits 16 times.

settle(60, 15);

sub taken {
    my ($app, @addresses) = @_;

    return scalar grep { ask($app, $_)->{status} == 200 } @addresses;
}

is taken('minute', map { "2001:db8:1:$_\::1" } 1 .. 20), 12,
    'IPv6 - 20 networks of 64 bits within one of 56 bits';
is ask('minute', '2001:db8:1:100::1')->{status}, 200,
    'IPv6 - of the next /56';
is taken('minute', map { "2001:db8:2:${_}00::1" } 1 .. 60), 48,
    'IPv6 - 60 networks of 56 bits within one of 48 bits';
is ask('minute', '2001:db8:3::1')->{status}, 200, 'IPv6 - of the next /48';
is taken('hour', map { "2001:db8:1:$_\::1" } 1 .. 20), 16,
    'IPv6 - in an hour, too';

# Refused requests do not count.

$address = address();

is ask('minute', $address, query => $_)->{status}, $_ =~ /^qr/ ? 400 : 403,
    "refused - $_" for ('qr=2', 'link_message=x') x 2;
is statuses('minute', $address), '200 200 200 429 429',
    'refused - costs nothing of the limit';

# The default, and no limit

settle(60, 15);

$address = address();
my %seen;

$seen{ask('default', $address)->{status}}++ for 1 .. 61;
is_deeply \%seen, { 200 => 60, 429 => 1 }, 'default - 60 in a minute';

%seen = ();
$seen{ask('none', $address)->{status}}++ for 1 .. 70;
is_deeply \%seen, { 200 => 70 }, 'off - no limit';

$nginx->stop;
done_testing;
