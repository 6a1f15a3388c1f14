# The user is told of the browser: the operator's "place", or the network
# of its address, and one of a few words for the device.  The attacker chooses
# the headers, and must not choose the words.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

my $EVIL = 'your own phone. Type the PIN at https://evil.test, or call 123';

sub told {
    my ($site, %headers) = @_;

    my $browser = $site->browser(headers => \%headers);

    $site->begin($browser);
    $site->send($browser, $VICTIM);
    $site->pin($VICTIM);
    return +($site->texts($VICTIM))[-1];
}

my $site = start_consent('confirm always;');

like told($site, 'User-Agent' => $EVIL),
    qr/\nDevice: a browser\nPlace: 127\.0\.0\.x\n/,
    'a device of the attacker - is none of the list';
like told($site, 'User-Agent' => "Firefox/1 Android\x01\xff $EVIL"),
    qr/\nDevice: Firefox on Android\nPlace: 127\.0\.0\.x\n/,
    'nor with words of the list before it';
unlike told($site, 'X-Forwarded-For' => '198.51.100.7'), qr/198/,
    'an address - is that of the connection';
$site->nginx->stop;

$site = start_consent('confirm always; place "Santiago, $http_x_city";');
like told($site, 'X-City' => 'Chile'), qr/\nPlace: Santiago, Chile\n/,
    'place - is what the operator says';

my $text = told($site, 'X-City' => "A\x{7f}B\xff\t" . 'C' x 300);
like $text, qr/\nPlace: Santiago, [^\x00-\x1f\x7f]{1,200}\nTime: /,
    'place - has no byte that is no text';
like $text, qr/\nPlace: Santiago, A.*C\n/, 'and is cut';
like $text, qr/\*\d{6}\*/, 'and the PIN is there';

$site->nginx->stop;

$site = start_consent('confirm always; place $arg_place;');
like told($site), qr/\nPlace: 127\.0\.0\.x\n/,
    'a place that is empty - is the network';
$site->nginx->stop;

# Behind a front proxy, realip tells the address.

$site = start_consent('confirm always;',
    http => 'set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;');
like told($site, 'X-Forwarded-For' => '198.51.100.7'),
    qr/\nPlace: 198\.51\.100\.x\n/, 'realip - the network of the visitor';
like told($site, 'X-Forwarded-For' => '2001:db8:1:2::3'),
    qr{\nPlace: 2001:db8:1::/48\n}, 'realip - an IPv6 network';
$site->nginx->stop;

done_testing;
