# reply_limit: the replies of an app in an hour, to one sender and in all, by
# all workers together; it silences replies and no login.

use strict;
use warnings;

use lib 't/lib';
use Compress::Zlib qw( crc32 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Provider;
use Time::HiRes qw( sleep );

# The hours of the limit are those of the clock.

sleep 3601 - time % 3600 if time % 3600 > 3420;

my $provider = start_provider();
my $receiver = start_receiver();

sub app {
    my ($name, $limit) = @_;

    return <<"END";
    whatsauth_app $name {
        token token-of-tenant-$name;
        phone $PHONE;
        callback_url @{[ $receiver->url('/204') ]};
        callback_secret none;
        meta app_secret=$APP_SECRET phone_number_id=106540352242922
             access_token=$ACCESS_TOKEN api=@{[ $provider->meta ]};
        response_message $name;
        $limit
    }
END
}

my $apps = app('default', '') . app('sender', 'reply_limit 5/h 1000/h;')
           . app('all', 'reply_limit 1000/h 7/h;')
           . app('alerts', 'reply_limit 1/h 1000/h;')
           . app('rival', 'reply_limit 65535/h 65535/h;');

# No reply is to be suppressed because too many are under way.

my $nginx = start_nginx(token => 'token-of-tenant-sender', apps => $apps,
    http => 'whatsauth_callback_inflight 1024 per_host=1024;');

# As many logins as there are senders, by all workers in turn.

sub log_in {
    my ($app, @senders) = @_;

    my @clients = map { $nginx->client($_) } $nginx->workers;
    my @codes = map { $_->{json}{code} } $nginx->together(
        map { [ $nginx->issue_request(token => "token-of-tenant-$app") ] }
        @senders);

    while (@senders) {
        my @now = splice @senders, 0, @clients;

        for my $n (0 .. $#now) {
            my $code = shift @codes;
            $clients[$n]->send($nginx->message_request(
                text_message(">>$code<<", from => $now[$n])));
        }

        $_->receive for @clients[0 .. $#now];
    }
}


sub replies_of {
    my ($app) = @_;

    return map { $_->{json}{to} =~ tr/+//dr }
           grep { $_->{json}{text}{body} eq $app } $provider->requests;
}

sub suppressed {
    my ($app) = @_;

    return $nginx->told("reply suppressed, reason=reply_limit, app=$app");
}

# The limit of each sender, while both workers serve

my ($ann, $bob) = ('56911111111', '56922222222');

log_in('sender', ($ann, $ann, $bob, $bob) x 10);

ok wait_until(sub { replies_of('sender') == 10 }),
    'reply_limit - of forty logins, ten get a reply';
ok $provider->stays_at(10), 'and no more do';
$nginx->reload;
is suppressed('sender'), 30, 'reply_limit - the others are told';
is scalar(grep { $_ eq $ann } replies_of('sender')), 5, 'five to one sender';
is scalar(grep { $_ eq $bob } replies_of('sender')), 5, 'five to the other';
is scalar(grep { $_->{json}{status} eq 'validated' } $receiver->requests), 40,
    'reply_limit - all forty have logged in';

my %workers = map { $_ => 1 } $nginx->error_log
              =~ /\[notice\] (\d+)#\d+: .* reason=reply_limit/g;
is scalar(keys %workers), 2, 'both workers have known of it';

# The limit of the app

log_in('all', map { sprintf '569300000%02d', $_ } 1 .. 20);

ok wait_until(sub { replies_of('all') == 7 }),
    'reply_limit - of twenty senders, seven get a reply';
ok $provider->stays_at(17), 'and no more do';
$nginx->reload;
is suppressed('all'), 13, 'reply_limit - the others are told';

# The defaults, of another app with the same sender

log_in('default', ($ann) x 5);
ok wait_until(sub { replies_of('default') == 3 && suppressed('default') == 2 }),
    'reply_limit - three to a sender by default, counted by app';

# A tenant has numbers that stand where the one of another app does under a
# hash that everybody knows.

my $place = crc32("alerts$ann") % 65536;
my @near = grep { crc32("rival$_") % 65536 == $place }
           '56930000000' .. '56930200000';

log_in('rival', ($near[0]) x 6, @near);
log_in('alerts', $ann);
ok wait_until(sub { replies_of('alerts') == 1 }),
    'another app - cannot use up what a sender of this one has';

# Each of many senders has its own.

my @many = map { sprintf '569400%05d', $_ } 1 .. 100;

my $replies = 1;

while (my @some = splice @many, 0, 20) {
    log_in('alerts', @some);
    $replies += @some;
    wait_until { replies_of('alerts') == $replies } 60;
}

is scalar(() = replies_of('alerts')), 101, 'many senders - each gets a reply';

# After a reload it is still the same hour, whatever apps come and go.

$nginx->write_config($nginx->config =~ s/whatsauth_app[ ]default[ ]\{
                                       .*?^[ ]{4}\}
                                        /@{[ app('young', '') ]}/msxr);
$nginx->reload;
log_in('sender', $ann);
ok wait_until(sub { suppressed('sender') == 31 }), 'reply_limit - and a reload';
log_in('young', $ann);
ok wait_until(sub { replies_of('young') == 1 }), 'an app that is new - counts';

unlike $nginx->error_log, qr/$ann|$bob/, 'the log names no sender';

$nginx->stop;
done_testing;
