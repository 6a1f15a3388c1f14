# Several apps in one nginx, their defaults and what overrides them, two
# tokens of one app, and apps that are switched off.

use strict;
use warnings;

use lib 't/lib';
use Encode qw( encode_utf8 );
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();

sub app {
    my ($name, $more, %option) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
        callback_url => $receiver->url("/204?$name=1"), more => $more,
        %option);
}

my $nginx = start_nginx(apps => join '',
    app('shop', 'link_message "Log in to \"shop\": caf' . "\xc3\xa9"
                . ', \$5"; expires 90s; token second-token-of-tenant-shop;'),
    app('news', '', phone => '+14155550100'),
    app('off', 'enabled off;'));

sub issue {
    my ($token, %parameter) = @_;

    return $nginx->issue(token => $token, %parameter);
}

sub text_of {
    my ($issued) = @_;

    my ($text) = $issued->{json}{link} =~ /%0A(.*)\z/;
    return $text =~ s/%(..)/chr hex $1/ger;
}

sub seconds_left {
    my ($issued) = @_;

    require Time::Local;
    my @time = $issued->{headers}{'whatsauth-expires-at'}
               =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/;
    return Time::Local::timegm($time[5], $time[4], $time[3], $time[2],
                               $time[1] - 1, $time[0]) - time;
}

# Defaults

my $shop = issue('token-of-tenant-shop');
my $news = issue('token-of-tenant-news');

is text_of($shop), "Log in to \"shop\": caf\xc3\xa9, \\\$5",
    'link_message - of the app, whose dollar is a dollar';
is text_of($news), 'Just tap the "send" button.',
    'link_message - of an app that says none';
like $news->{json}{link}, qr{^https://wa\.me/\+14155550100\?},
    'phone - each app has its own';
like $news->{json}{deep_link}, qr{&phone=\+14155550100\z}, 'in both links';
ok abs(seconds_left($shop) - 90) < 5, 'expires - of the app';
ok abs(seconds_left($news) - 300) < 5, 'expires - of one that says none';

# Parameters go before them; an empty one is as none.

is text_of(issue('token-of-tenant-shop', link_message => 'Mine')), 'Mine',
    "link_message - the request's";
is text_of(issue('token-of-tenant-shop', link_message => '')),
    text_of($shop), "link_message - an empty one leaves the app's";
ok abs(seconds_left(issue('token-of-tenant-shop', expires_at => 3)) - 180) < 5,
    "expires_at - the request's";

for my $text ('$host ${uri} $1', 'a&b=c+d %41 #?', "two\nlines\ttab",
              encode_utf8("\x{4f60}\x{597d} \x{1f44b}\x{1f3fd}"),
              q{<'"\\/>}, '~!*()_.-')
{
    is text_of(issue('token-of-tenant-shop', link_message => $text)), $text,
        'link_message - comes back as it was given';
}

is +(issue('token-of-tenant-shop', link_message => q{AZaz09-_.!~*'()})
     ->{json}{link} =~ /%0A(.*)\z/)[0], q{AZaz09-_.!~*'()},
    'link - is escaped as encodeURIComponent does, and no more';

my $code = issue('token-of-tenant-shop',
    callback_url => $receiver->url('/204?shop=2&session=%2B'))->{json}{code};
$nginx->message(text_message(">>$code<<"));
is +($receiver->wait_for($code) // {})->{target}, '/204?shop=2&session=%2B',
    "callback_url - the request's, another query of the app's";

$code = $shop->{json}{code};
$nginx->message(text_message(">>$code<<"));
is +($receiver->wait_for($code) // {})->{target}, '/204?shop=1',
    "callback_url - the app's";

# Each code is its app's: one of news counts where its number is.

$code = $news->{json}{code};
$nginx->message(text_message(">>$code<<"));
like $nginx->error_log, qr/reason=other_app, app=news/,
    'a code of news at the number of shop does nothing';
$nginx->message(text_message(">>$code<<", phone => '+14155550100'));
is +($receiver->wait_for($code) // {})->{target}, '/204?news=1',
    'at its own it is validated';

my $id = $news->{headers}{'whatsauth-id'};

sub found {
    my ($token) = @_;

    return $nginx->get("/api/v1/verification/$id",
                       { Authorization => "Bearer $token" })->{status};
}

is found('token-of-tenant-news'), 200, 'verification - by the token of its app';
is found('token-of-tenant-shop'), 404, 'verification - by that of another';

# Two tokens

is issue('second-token-of-tenant-shop')->{status}, 200,
    'token - the second one';
is text_of(issue('second-token-of-tenant-shop')), text_of($shop),
    'is of the same app';

# Rotation: the old one goes with a reload, and the codes stay.

my $waiting = issue('token-of-tenant-shop')->{json}{code};
my $config = $nginx->config =~ s/token token-of-tenant-shop;//r;

$nginx->write_config($config);
$nginx->reload;

is issue('token-of-tenant-shop')->{status}, 401,
    'token - taken out by a reload';
is issue('second-token-of-tenant-shop')->{status}, 200,
    'while the other one stays';
$nginx->message(text_message(">>$waiting<<"));
is +($receiver->wait_for($waiting) // {})->{json}{status}, 'validated',
    'a code that the old token asked for still validates';

# enabled off

my $answer = issue('token-of-tenant-off');
is $answer->{status}, 403, 'enabled off - no codes';
is_deeply $answer->{json}, { title => 'App disabled', status => 403,
    detail => 'the app is switched off', error => 'app_disabled' },
    'with its error';
is issue('token-of-tenant-off', qr => 2)->{json}{error}, 'app_disabled',
    'enabled off - goes before a wrong parameter';

$waiting = issue('second-token-of-tenant-shop', qr => 1);
$nginx->write_config($config =~ s/(?=expires 90s)/enabled off; /r);
$nginx->reload;

$nginx->message(text_message(">>$waiting->{json}{code}<<"));
like $nginx->error_log, qr/reason=app_disabled, app=shop/,
    'enabled off - a code that was waiting is not validated';
is $nginx->get('/api/v1/qr/' . $waiting->{headers}{'whatsauth-id'} . '.png')
    ->{status}, 404, 'enabled off - and has no image';

$nginx->write_config($config);
$nginx->reload;
$nginx->message(text_message(">>$waiting->{json}{code}<<"));
is +($receiver->wait_for($waiting->{json}{code}) // {})->{json}{status},
    'validated', 'enabled on again - it is';

$nginx->stop;
done_testing;
