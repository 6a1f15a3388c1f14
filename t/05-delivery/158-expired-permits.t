# Callbacks about expired codes never take more than half of a host's permits,
# and of several apps none takes all of that half.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::SlowSite;
use Time::HiRes qw( sleep time );

my $BACKLOG = 12;
my $SCAN = 1.1;

sub app {
    my ($name, $site) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
        callback_url => $site->url('/8000'), more => 'expires 1s;'
        . 'authorized_callbacks ' . $site->url('/') . ';');
}

sub start {
    my (@apps) = @_;

    return start_nginx(workers => 1, apps => join('', @apps),
        http => 'whatsauth_callback_timeout 10s;'
                . 'whatsauth_callback_inflight 64 per_host=8;');
}

# The ids of codes that nobody sends.

sub expiring {
    my ($nginx, $app, $n) = @_;

    my @issued = $nginx->together(map {
        [ $nginx->issue_request(token => "token-of-tenant-$app") ]
    } 1 .. $n);

    return map { $_->{headers}{'whatsauth-id'} } @issued;
}

sub arrived {
    my ($site, @ids) = @_;

    return scalar grep { $site->arrived->{$_} } @ids;
}

# The number of those that the site has got when no more come.

sub permits {
    my ($site, $n, @ids) = @_;

    wait_until { arrived($site, @ids) >= $n } 10;
    sleep 2 * $SCAN;
    return arrived($site, @ids);
}

# One app

my $site = start_slow_site();
my $nginx = start(app('shop', $site));
my @expired = expiring($nginx, 'shop', $BACKLOG);

is permits($site, 4, @expired), 4, 'one app - half of the permits of its host';

my $issued = $nginx->issue(token => 'token-of-tenant-shop',
    callback_url => $site->url('/1'), expires_at => 2);
my $begin = time;
$nginx->message(text_message(">>$issued->{json}{code}<<"));

ok wait_until(sub {
    arrived($site, $issued->{headers}{'whatsauth-id'})
}, 5), 'one app - a login goes to the same host meanwhile';
cmp_ok time - $begin, '<', 1, 'at once';
is arrived($site, @expired), 4, 'with the backlog still there';

$nginx->stop;

# Two apps

$site = start_slow_site();
$nginx = start(app('shop', $site), app('other', $site));
@expired = expiring($nginx, 'other', $BACKLOG);

is permits($site, 2, @expired), 2, 'two apps - half of that half for one';

my ($id) = expiring($nginx, 'shop', 1);
ok wait_until(sub { arrived($site, $id) }, 1 + 3 * $SCAN),
    'two apps - the other one is heard at the same host';
is arrived($site, @expired), 2, 'with the backlog still there';

$nginx->stop;
done_testing;
