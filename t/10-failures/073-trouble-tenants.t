# Messages that another tenant signs about an app's codes cannot forge lines
# in the log, and do not hide the lines for the app's own operator.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();

sub app {
    my ($name, $id) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
        app_secret => "secret-of-tenant-$name phone_number_id=$id",
        callback_url => $receiver->url('/204'));
}

my $nginx = start_nginx(log_level => 'error', allow => qr/came to|works/,
    apps => app('a', 11) . app('b', 22));
my $code = $nginx->issue(token => 'token-of-tenant-a')->{json}{code};
my $END = substr $PHONE, -2;

sub post {
    my ($signer, %message) = @_;

    return $nginx->message(text_message(">>$code<<", %message),
                           secret => "secret-of-tenant-$signer")->{status};
}

sub lines {
    return map { s/.*whatsauth: //r =~ s/, client: .*//r }
           grep { /whatsauth: / } split /\n/, $nginx->error_log;
}

# The other tenant comes first, with a text of its own.

is post('b', phone_number_id => "\n2026/11/27 23:59:59 [emerg] gone\e[31m",
        phone => "+5691\n\e"), 200, 'another tenant - its message is taken';
ok wait_until(sub { lines() == 1 }), 'and told of in one line';
is_deeply [ lines() ], [ 'a message with a code of this app came to none, '
    . "number ...; expected 11, number ...$END; signed with the secret of "
    . 'another app, count=1, app=a' ], 'without its text';

my @foreign = grep { !m{\A\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(?:error|warn)\] }
                     && !/initgroups\(root/ } split /\n/, $nginx->error_log;
is_deeply \@foreign, [], 'the log - every line is nginx\'s own';
unlike $nginx->error_log, qr/\e|gone/, 'and none commands a terminal';

is post('b', phone_number_id => 22), 200, 'another tenant - once more';

# Within the same minute

is post('a', phone_number_id => 12), 200, 'the app - a number that is wrong';
ok wait_until(sub { lines() == 2 }), 'which is told at once';
is +(lines())[1], 'a message with a code of this app came to 12, number '
    . "...$END; expected 11, number ...$END, count=1, app=a",
    'by a line of its own';

is post('b', phone_number_id => $_), 200, "another tenant - after it, $_"
    for 22, 'x y';
is post('a', phone_number_id => 11), 200, 'the app - a number that is right';
ok wait_until(sub { lines() == 3 }), 'which is told, too';
is +(lines())[2], 'the number that messages come to works again, failures=1, '
    . 'app=a', 'with the failures of its own';

$nginx->stop;
done_testing;
