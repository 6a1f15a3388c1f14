# An app has at most max_live codes waiting; other apps do not notice.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $callback = 'http://127.0.0.1:' . slot_port(0) . '/callback';
my $nginx = start_nginx(
    app => 'max_live 3;',
    http => whatsauth_app(name => 'other', token => 'token-of-tenant-other',
        app_secret => 'secret-of-tenant-other', callback_url => $callback,
        more => 'max_live 3; expires 4s; callback_on validated;'));

my @issue = $nginx->issue_request;
my @answers = $nginx->together((\@issue) x 10);
my @codes = map { $_->{json}{code} } grep { $_->{status} == 200 } @answers;

is @codes, 3, 'max_live - so many of those who ask at once get a code';
is +(grep { $_->{status} == 429 } @answers), 7, 'the others get 429';

my $answer = $nginx->issue;
is $answer->{status}, 429, 'max_live - and so does who comes later';
is $answer->{headers}{'content-type'}, 'application/problem+json',
    'as a problem';
is $answer->{json}{error}, 'too_many_codes', 'with a word for it'
    or diag $answer->{body};

is $nginx->issue(token => 'token-of-tenant-other')->{status}, 200,
    'max_live - another app has its own count';

$nginx->message(text_message(">>$codes[0]<<"));
is $nginx->issue->{status}, 200, 'max_live - a code that is used makes room';
is $nginx->issue->{status}, 429, 'for one';

$nginx->kill_worker($_) for $nginx->workers;
is $nginx->issue->{status}, 429, 'max_live - workers that die leave the count';
$nginx->restart;
is $nginx->issue->{status}, 429, 'and so does a restart';

$nginx->issue(token => 'token-of-tenant-other') for 1 .. 3;
is $nginx->issue(token => 'token-of-tenant-other')->{status}, 429,
    'max_live - the other app is full';
ok wait_until(sub {
    $nginx->issue(token => 'token-of-tenant-other')->{status} == 200
}), 'max_live - codes that expire make room';

$nginx->{allow} = qr/exited on signal 9/;
$nginx->stop;
done_testing;
