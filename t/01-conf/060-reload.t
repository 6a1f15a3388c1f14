# A reload may change some settings of the store, and must refuse others.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $url = $receiver->url('/204');

my $nginx = start_nginx(plain => 1, http => 'whatsauth_store one;',
    apps => whatsauth_app(callback_url => $url),
    allow => qr/cannot be changed/);
my $root = $nginx->root;

sub reconfigure {
    $nginx->write_config($nginx->config);
}

# The store's path stays.

my @workers = $nginx->workers;
my $code = $nginx->issue->{json}{code};

$nginx->{http} = 'whatsauth_store two;';
reconfigure();

my ($good, $said) = $nginx->run_nginx('-t');
ok $good, 'reload - nginx -t, which knows no old store, takes another one'
    or diag $said;

$nginx->signal('HUP');

ok wait_until(sub {
    $nginx->error_log =~ m{\[emerg\]\ .*whatsauth_store\ "\Q$root\E/one"\ cannot
        \ be\ changed\ to\ "\Q$root\E/two"\ by\ a\ reload,\ restart\ nginx
        \ in\ \Q$root\E/nginx\.conf:\d+}x
}), 'reload - a changed store is refused';
is_deeply [ $nginx->workers ], \@workers, 'the old workers go on';
is $nginx->message(text_message(">>$code<<"))->{status}, 200,
    'and take messages';
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'for codes of before';
ok !-e "$root/two", 'the other store is not made';

$nginx->{http} = 'whatsauth_store one size=32m retain=2h;';
reconfigure();
$nginx->reload;
is $nginx->issue->{status}, 200, 'reload - size and retain may change';

# Apps come and go.

is $nginx->issue(token => 'token-of-tenant-two')->{status}, 401,
    'reload - an app that is not configured';

my %two = (name => 'two', token => 'token-of-tenant-two', callback_url => $url,
           app_secret => 'secret-of-tenant-two', phone => '+14155552671');

$nginx->{apps} .= whatsauth_app(%two);
reconfigure();
$nginx->reload;

my $answer = $nginx->issue(token => 'token-of-tenant-two');
is $answer->{status}, 200, 'reload - a new app has come';
is $nginx->issue->{status}, 200, 'beside the old one';

# A rotated token keeps the app's codes.

$nginx->{apps} = whatsauth_app(callback_url => $url)
                 . whatsauth_app(%two, token => 'token-of-tenant-three');
reconfigure();
$nginx->reload;

is $nginx->issue(token => 'token-of-tenant-two')->{status}, 401,
    'reload - the old token has gone';
$code = $answer->{json}{code};
$nginx->message(text_message(">>$code<<", phone => $two{phone}),
                secret => 'secret-of-tenant-two');
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'reload - a code that was issued for the old token lives on';

# A code of an app that has gone waits for it to come back.

$code = $nginx->issue(token => 'token-of-tenant-three')->{json}{code};
$nginx->{apps} = whatsauth_app(callback_url => $url);
reconfigure();
$nginx->reload;

is $nginx->issue(token => 'token-of-tenant-three')->{status}, 401,
    'reload - an app has gone';
is $nginx->message(text_message(">>$code<<", phone => $two{phone}))->{status},
    200, 'reload - a message with a code of the app that has gone';
like $nginx->error_log, qr/reason=app_removed/, 'does nothing, and is noted';

$nginx->{apps} .= whatsauth_app(%two);
reconfigure();
$nginx->reload;

$nginx->message(text_message(">>$code<<", phone => $two{phone}),
                secret => 'secret-of-tenant-two');
is $receiver->wait_for($code)->{json}{status}, 'validated',
    'reload - the app is back, and its code is still good';

$nginx->stop;
done_testing;
