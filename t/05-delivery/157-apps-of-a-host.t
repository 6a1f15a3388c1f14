# One app that calls a slow path of a host, often, never delays the callbacks
# of another app to that host by more than a second.  Apps are their names to
# the letter.

use strict;
use warnings;

use lib 't/lib';
use List::Util qw( max );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::SlowSite;
use Time::HiRes qw( time );

my $BACKLOG = 60;
my $WAITS = 4000;

my $site = start_slow_site();
my @slow = map { start_slow_site() } 1 .. 4;

sub app {
    my ($name, $path, $more) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
                         callback_url => $site->url($path), more => $more);
}

my $nginx = start_nginx(
    workers => 1,
    http => 'whatsauth_callback_timeout 10s;'
            . 'whatsauth_callback_inflight 64 per_host=8;',
    apps => app('shop', '/1', '')
            . app('other', "/$WAITS", '')
            . app('Shop', "/$WAITS", 'authorized_callbacks '
                  . join(' ', map { $_->url('/') } @slow) . ';'));

sub issue {
    my ($app, $n, %parameter) = @_;

    return $nginx->together(map {
        [ $nginx->issue_request(token => "token-of-tenant-$app", %parameter) ]
    } 1 .. $n);
}

sub log_in {
    $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @_);
}

sub first_attempt {
    my ($issued) = issue('shop', 1);
    my $begin = time;

    log_in($issued);
    wait_until { $site->arrived->{ $issued->{headers}{'whatsauth-id'} } } 20;
    return time - $begin;
}

sub waiting {
    my ($app) = @_;

    return scalar grep { $_->{app} eq $app && $_->{state} eq 'callback' }
                  $nginx->records;
}

# One app and its backlog for the same host

log_in(issue('other', $BACKLOG));
my @times = map { first_attempt() } 1 .. 4;

note sprintf 'the same host: %s', join ' ', map { sprintf '%.2f', $_ } @times;
cmp_ok max(@times), '<', 1, 'same host - another app is called at once';
cmp_ok waiting('other'), '>', $BACKLOG / 2, 'with the backlog still there';

# An app whose name differs in case alone has all the permits that it may have.

log_in(map { issue('Shop', 8, callback_url => $_->url("/$WAITS")) } @slow);
@times = map { first_attempt() } 1 .. 4;

note sprintf 'names: %s', join ' ', map { sprintf '%.2f', $_ } @times;
cmp_ok max(@times), '<', 1, 'names - another case is another app';
cmp_ok waiting('Shop'), '>', 16, 'which still waits';

$nginx->stop;
done_testing;
