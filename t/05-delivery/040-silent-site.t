# A site that does not answer is nobody else's problem.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( sleep time );

my $dead = start_receiver();
my $alive = start_receiver();

my $nginx = start_nginx(
    http => 'whatsauth_callback_timeout 1500ms;'
            . 'whatsauth_callback_inflight 16 per_host=2;',
    callback_url => $alive->url('/204'),
    app => 'callback_retry 100ms; authorized_callbacks '
           . $dead->url('/') . ';',
    allow => qr/did not answer/);

sub messages {
    return map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } $nginx->together(map { [ $nginx->issue_request(@_) ] } 1 .. 12);
}

# Two workers with two permits for each site.

my @answers = $nginx->together(messages(callback_url => $dead->url('/hang')));
is scalar(grep { $_->{status} == 200 } @answers), 12,
    'fair - messages are taken, whatever becomes of their callbacks';
my $start = time;

for my $n (1 .. 3) {
    my $code = $nginx->issue->{json}{code};
    $nginx->message(text_message(">>$code<<"));
    my $callback = $alive->wait_for($code, 1);
    ok $callback, "fair - another site hears within a second, $n";
    sleep 0.2;
}

cmp_ok scalar(my @in_flight = grep { $_->{time} < $start + 1.2 }
              $dead->requests), '<=', 4, 'per_host - no more at once';
cmp_ok scalar @in_flight, '>=', 2, 'but as many as are allowed';

# Nothing of the backlog is lost, and each permit that becomes free is taken.

my %record;
ok wait_until(sub {
    %record = map { $_->{id} => $_ } $nginx->records;
    12 == grep { $_->{error} } values %record
}, 20), 'per_host - all come to their end';
my %heard;
$heard{ $_->{headers}{'webhook-id'} }++ for $dead->requests;
is_deeply [ sort { $a <=> $b } values %heard ], [ (2) x 12 ],
    'after all their attempts';
cmp_ok time - $start, '<', 16, 'without delay';

# Never more than one after the other on the same permit.

my @times = sort { $a <=> $b } map { $_->{time} } $dead->requests;
is scalar(grep { $times[$_ + 4] - $times[$_] < 1.3 } 0 .. $#times - 4), 0,
    'per_host - never more than four within one timeout';

$nginx->stop;
done_testing;
