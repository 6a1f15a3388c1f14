# "confirm unknown": a browser in which a number has logged in with a PIN holds
# a mark, and needs no PIN again for that number.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

my $MARK = 'wa-known-demo';
my $site = start_consent('confirm unknown; reply_limit 1000/h 1000/h; '
                         . 'authorized_origins https://shop.test;');
my $nginx = $site->nginx;

my $browser = $site->browser;

ok $site->log_in($browser, $VICTIM), 'the first login - needs a PIN';
my $mark = $browser->cookies->{$MARK};
like $mark, qr/^[\w-]{43}$/, 'and the browser gets a mark';

ok !$site->log_in($browser, $VICTIM), 'the second login - needs none';
ok $browser->cookies->{'wa-demo'}, 'and is one';
is $browser->cookies->{$MARK}, $mark, 'and the mark stays';

# A stolen mark is worth nothing with another number, nor elsewhere.

my $thief = $site->browser;
$thief->cookies->{$MARK} = $mark;
$site->begin($thief);
$site->send($thief, $ATTACKER);
$thief->get('/login/');
is $thief->state, 'pin', 'a mark - is worth nothing with another number';

$thief = $site->browser;
$thief->cookies->{'wa-demo'} = $mark;
$thief->cookies->{'wa-claim-demo'} = $mark;
$thief->get('/login/');
is $thief->state, 'start', 'a mark - is neither a session nor a claim';

# One login never makes two browsers known.

my $other = $site->browser;
$other->cookies->{$MARK} = $browser->cookies->{'wa-demo'};
ok $site->log_in($other, $VICTIM), "a session's cookie - is no mark";

# A cookie that is no mark of ours is cleared.

for my $spoilt ('', 'x', 'A' x 43, $mark . 'A', substr($mark, 0, 42) . '!',
                'B' x 3000, $browser->cookies->{'wa-demo'},
                "$mark; $MARK=$mark")
{
    my $browser = $site->browser;

    $browser->cookies->{$MARK} = $spoilt;
    my $answer = $site->begin($browser);
    is $browser->cookies->{$MARK}, undef,
        'the mark "' . substr($spoilt, 0, 5) . '..." - is cleared';
    is $answer->{status}, 303, 'and the login begins all the same';
}

# The widget's page is another site's: the browser's mark does not count.

my $widget = $site->browser(headers => { Host => "127.0.0.1:$nginx->{port}" });
$widget->cookies->{$MARK} = $mark;
my $begun = $widget->post('start', '-Origin' => 'https://shop.test',
    '-Sec-Fetch-Site' => 'cross-site', '-Accept' => 'application/json');
my $claim = $begun->{headers}{'whatsauth-claim'};
$site->say($VICTIM, $begun->{json}{text});
my $pin = $site->pin($VICTIM);

my @as_widget = ('-Origin' => 'https://shop.test',
    '-Sec-Fetch-Site' => 'cross-site', '-Authorization' => "Bearer $claim");

is $widget->post('pin', pin => wrong_pin($pin), @as_widget)->{json}{error},
    'pin_wrong', 'the widget - a wrong PIN';
is $widget->post('pin', pin => 'abc', @as_widget)->{json}{error},
    'invalid_parameter', 'the widget - no PIN at all';
my $answer = $widget->post('pin', pin => $pin, @as_widget);
is $answer->{body}, '{}', 'the widget - needs the PIN, and posts it';
is $answer->{headers}{'set-cookie'}, undef, 'but gets no cookie';
is +($nginx->records)[-1]{status}, 'validated', 'and is validated';

# Somebody else's claims

is $widget->post('pin', pin => $pin)->{status}, 401,
    'pin - without a claim';
is $widget->post('pin', pin => $pin, @as_widget[0 .. 3],
        '-Authorization' => 'Bearer wac_' . 'A' x 43)->{status}, 401,
    'pin - with a wrong one';
is $widget->post('pin', pin => $pin, '-Origin' => 'https://evil.test',
        '-Sec-Fetch-Site' => 'cross-site',
        '-Authorization' => "Bearer $claim")->{status}, 403,
    'pin - from the page of another site';

# The answer 0 makes the browser unknown.

$site->say($VICTIM, '0');
ok $site->wait_text($VICTIM, qr/^Done\./), 'the answer 0 - is answered';
ok $site->log_in($browser, $VICTIM), 'and the browser needs a PIN again';
ok !$site->log_in($browser, $VICTIM), 'once';

# So does the site.

is $nginx->request('DELETE', "/api/v1/sessions?phone=%2B$VICTIM",
    { Authorization => "Bearer $TOKEN" })->{status}, 200,
    'the site - ends the sessions of the number';
ok $site->log_in($browser, $VICTIM), 'and the browser needs a PIN again';

# "confirm always" knows no browser.

my $strict = start_consent('confirm always; reply_limit 1000/h 1000/h;');
$browser = $strict->browser;
ok $strict->log_in($browser, $VICTIM), 'confirm always - the first login';
ok $strict->log_in($browser, $VICTIM), 'and the second one';

# "confirm off" asks nobody, and gives no mark.

my $open = start_consent('confirm off;');
$browser = $open->browser;
ok !$open->log_in($browser, $VICTIM), 'confirm off - no PIN';
ok $browser->cookies->{'wa-demo'}, 'is needed for a login';
is $browser->cookies->{$MARK}, undef, 'which makes no browser known';
like $open->wait_text($VICTIM, qr/Not you/), qr/\nPlace: 127\.0\.0\.x\n/,
    'the reply - tells the place all the same';

$_->nginx->stop for $site, $strict, $open;
done_testing;
