# Every parameter with its limits, and the response to a request that breaks
# one.

use strict;
use warnings;

use lib 't/lib';
use Encode qw( encode_utf8 );
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );

my $receiver = start_receiver();

# sms on one app alone

my $nginx = start_nginx(apps => join '',
    whatsauth_app(callback_url => $receiver->url('/204'),
        more => 'sms on; sms_phone +14155550199; expires_max 90m; '
                . 'authorized_callbacks '
                . $receiver->url('/') . ';'),
    whatsauth_app(name => 'plain', token => 'token-of-tenant-plain',
        callback_url => $receiver->url('/204'), more => 'expires_max 1m;'));

sub escape {
    my ($text) = @_;

    return $text =~ s/([^A-Za-z0-9.-])/sprintf '%%%02X', ord $1/ger;
}

# The same by GET and by POST

sub ask {
    my ($query, $token) = @_;

    my %headers = (Authorization => 'Bearer ' . ($token // $TOKEN));

    my $got = $nginx->get("/api/v1/verification_code?$query", \%headers);
    my $posted = $nginx->post('/api/v1/verification_code', $query,
        { %headers, 'Content-Type' => 'application/x-www-form-urlencoded' });

    $got->{status} == $posted->{status}
        && ($got->{json}{detail} // '') eq ($posted->{json}{detail} // '')
        or die "GET and POST differ at $query\n";

    return $got;
}

sub accepted {
    my ($title, $query, $token) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $answer = ask($query, $token);
    is $answer->{status}, 200, $title or diag($answer->{body});

    return $answer;
}

sub refused {
    my ($title, $query, $detail, $token) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $answer = ask($query, $token);

    is_deeply {
        %{ $answer->{json} // {} },
        http => $answer->{status},
        type => $answer->{headers}{'content-type'},
        cache => $answer->{headers}{'cache-control'},
    }, {
        title => 'Invalid parameter', status => 400, detail => $detail,
        error => 'invalid_parameter', http => 400,
        type => 'application/problem+json', cache => 'no-store',
    }, $title;
}

my $umlaut = encode_utf8("\x{fc}");

# expires_at

sub lifetime {
    my ($answer) = @_;

    my ($y, $mon, $d, $h, $min, $s) = $answer->{headers}{'whatsauth-expires-at'}
        =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):([\d.]+)Z$/ or return -1;

    require Time::Local;
    return Time::Local::timegm(0, $min, $h, $d, $mon - 1, $y) + $s - time;
}

for my $minutes (1, 5, 90, '007') {
    my $left = lifetime(accepted("expires_at - $minutes",
                                 "expires_at=$minutes"));
    ok $left > $minutes * 60 - 10 && $left <= $minutes * 60 + 1,
        'is how many minutes the code lives' or diag $left;
}

my $left = lifetime(accepted('expires_at - empty', 'expires_at='));
ok $left > 290 && $left < 301, 'is the default of five minutes';

for my $minutes ('0', '91', '-1', '1.5', '1e1', '5m', 'x', '+5', '%2B5',
                 '0x10', '4294967297', '18446744073709551617', '1,', '%00')
{
    refused("expires_at - $minutes", "expires_at=$minutes",
            'expires_at is a number of minutes from 1 to 90');
}

refused('expires_at - beyond the maximum of another app', 'expires_at=2',
        'expires_at is a number of minutes from 1 to 1',
            'token-of-tenant-plain');

# qr and channel

for my $qr ('2', '01', 'true', 'yes', '-1', '1%00', '+') {
    refused("qr - $qr", "qr=$qr", 'qr is 0 or 1');
}

ok exists accepted('qr - 1', 'qr=1')->{json}{qr}, 'has an image';
ok !exists accepted("qr - $_", "qr=$_")->{json}{qr}, 'has none' for 0, '';

for my $channel ('SMS', 'WhatsApp', 'sms+', 'telegram', 'sms%00') {
    refused("channel - $channel", "channel=$channel",
            'channel is whatsapp or sms');
}

refused('channel - sms without sms on', 'channel=sms',
        'channel sms needs an app with sms on and sms_phone',
        'token-of-tenant-plain');

my $plain = accepted('channel - whatsapp', 'channel=whatsapp');
like $plain->{json}{link}, qr{^https://wa\.me/\+56943426553\?text=},
    'is the link of WhatsApp';

my $sms = accepted('channel - sms', 'channel=sms&link_message=a%26b')->{json};
my $code = $sms->{code};
is $sms->{link}, "sms:+14155550199?&body=%3E%3E$code%3C%3C%0Aa%26b",
    'is the link of a message to sms_phone';
is $sms->{deep_link}, $sms->{link}, 'and the deep link too';

# link_message

accepted('link_message - 256 bytes', 'link_message=' . 'x' x 256);
accepted('link_message - 128 letters of two bytes',
         'link_message=' . escape($umlaut x 128));
refused('link_message - 257 bytes', 'link_message=' . 'x' x 257,
        'link_message is longer than 256 bytes');
refused('link_message - 129 letters of two bytes',
        'link_message=' . escape($umlaut x 129),
        'link_message is longer than 256 bytes');

for my $text ('>>0123456789<<', 'Hi >>ABCDEF0123<< you',
              ">> 0123456789 <<\nx", "\xc2\xbb0123456789\xc2\xab",
              '&gt;&gt;0123456789&lt;&lt;',
              '>>0123456789<< >>9876543210<<')
{
    refused("link_message - a code in it: $text",
            'link_message=' . escape($text), 'link_message holds a code');
}

for my $text ('0123456789', '>>012345678<<', '>>x<<', '>> <<', '<<0123456789>>')
{
    my $link = accepted("link_message - no code: $text",
                        'link_message=' . escape($text))->{json}{link};
    ok $link =~ /%3C%3C%0A([^"]*)\z/, 'is in the link';
}

# Texts

my @texts = qw( response_message expiration_message failure_message );

for my $name (@texts) {
    accepted("$name - 512 bytes", "$name=" . 'x' x 512);
    refused("$name - 513 bytes", "$name=" . 'x' x 513,
            "$name is longer than 512 bytes");
    accepted("$name - a code, quotes and a dollar",
             "$name=" . escape(q{>>0123456789<< "'\\ $host ${x} %41}));
}

my %broken = (
    'a lone byte' => "a\xff", 'cut off' => "a\xc3", 'Latin-1' => "caf\xe9",
    'an overlong slash' => "\xc0\xaf", 'a surrogate' => "\xed\xa0\x80",
    'beyond Unicode' => "\xf4\x90\x80\x80", 'a lone continuation' => "\x80",
);

for my $name ('link_message', @texts) {
    for my $how (sort keys %broken) {
        refused("$name - invalid UTF-8, $how",
                "$name=" . escape($broken{$how}), "$name is not valid UTF-8");
    }

    accepted("$name - UTF-8 of four bytes",
             "$name=" . escape(encode_utf8("\x{1f600} \x{10ffff}")));
}

# All of one code together, in a record

my $three = join '&', map { "$_=" . 'x' x 512 } @texts;

accepted('together - 1850 bytes', $three . '&link_message=' . 'y' x 250);
accepted('together - a URL of 1024 bytes', 'callback_url='
         . escape($receiver->url('/')) . 'x' x (1024
         - length $receiver->url('/')));
refused('together - a URL of 1025 bytes', 'callback_url='
        . escape($receiver->url('/')) . 'x' x (1025
        - length $receiver->url('/')),
        'callback_url is longer than 1024 bytes');
refused('together - more than 1900 bytes', $three . '&callback_url='
        . escape($receiver->url('/')) . 'z' x 500,
        'the texts of one code exceed 1900 bytes');
is accepted('together - one that is too large harms no other', '')->{status},
    200, 'for that matter';

# Repeated

for my $name (qw( callback_url expires_at qr channel link_message ), @texts) {
    my $value = { callback_url => escape($receiver->url('/204')),
                  expires_at => 1, qr => 0, channel => 'whatsapp' }->{$name}
                // 'x';

    refused("$name - twice", "$name=$value&$name=$value",
            "$name is given twice");
    accepted("$name - once empty, once not", "$name=&$name=$value&$name=");
}

refused('repeated - with an escaped name', 'qr=0&%71r=0', 'qr is given twice');
accepted('unknown - any, as often as may be',
         'a=1&a=1&sender=x&phone=1&code=2&QR=5&=&x');
accepted('unknown - not UTF-8', 'a=%ff&%fe=%zz&%=%4');

# authorized_numbers

my $numbers = join ',', map { sprintf '+569111111%02d', $_ } 1 .. 20;

accepted('authorized_numbers - 20', "authorized_numbers=$numbers");
refused('authorized_numbers - 21', "authorized_numbers=$numbers,%2B56922222222",
        'authorized_numbers has more than 20 numbers');
accepted('authorized_numbers - 20 in 20', join '&', map {
         "authorized_numbers=$_" } split /,/, $numbers);
refused('authorized_numbers - 21 in 2', "authorized_numbers=$numbers"
        . '&authorized_numbers=56922222222',
        'authorized_numbers has more than 20 numbers');

my $CHARACTER = 'has a character that no phone number has';
my $LOCAL = 'begins with 0: write it with + and the country code';
my $EMPTY = 'is empty: leave the parameter out where anyone may use the code';

for ([ 'abc' => "number 1 of authorized_numbers (abc) $CHARACTER" ],
     [ '5691111111x'
       => "number 1 of authorized_numbers (5691111111x) $CHARACTER" ],
     [ '123456'
       => 'number 1 of authorized_numbers (123456) has fewer than 7 digits' ],
     [ '4912345678901234' => 'number 1 of authorized_numbers '
       . '(4912345678901234) has more than 15 digits' ],
     [ '106540352242922' => 'number 1 of authorized_numbers '
       . '(106540352242922) looks like a phone_number_id of Meta, which '
       . 'nobody can call' ],
     [ '%2B141552388861' => 'number 1 of authorized_numbers (+141552388861) '
       . 'has more than 11 digits, the country code included' ],
     [ '56911111111,11234567890' => 'number 2 of authorized_numbers '
       . '(11234567890) has no area code after the country code' ],
     [ '%2B%2B56911111111'
       => "number 1 of authorized_numbers (++56911111111) $CHARACTER" ],
     [ '56911111111%3B56922222222' => 'number 1 of authorized_numbers '
       . "(56911111111?56922222222) $CHARACTER" ],
     [ '56911111111,%22%5C%00%ff%0a'
       => "number 2 of authorized_numbers (?????) $CHARACTER" ],
     [ '56911111111&authorized_numbers=07911%20123456'
       => "number 2 of authorized_numbers (07911 123456) $LOCAL" ],
     [ '%2B999123456789' => 'number 1 of authorized_numbers (+999123456789) '
       . 'does not begin with the code of a country' ],
     [ '%2B52%20044%2055%201234%205678' => 'number 1 of authorized_numbers '
       . '(+52 044 55 1234 5678) has a 0 after the country code that is not '
       . 'dialled from abroad: leave it out' ],
     (map { [ $_ => "number 1 of authorized_numbers $EMPTY" ] }
      '', '+', '%20%20', ',', ',56911111111', '%E2%80%8B', '%2B'),
     (map { [ $_ => "number 2 of authorized_numbers $EMPTY" ] }
      '56911111111,', '56911111111,,56922222222',
      '56911111111&authorized_numbers='))
{
    refused("authorized_numbers - $_->[0]", "authorized_numbers=$_->[0]",
            $_->[1]);
}

$nginx->stop;
done_testing;
