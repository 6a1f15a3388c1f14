# A code that nobody sends expires, and the site hears of it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );
use Time::Local qw( timegm );

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    store => 'retain=1s', app => 'expires 1s;');

sub seconds {
    my ($year, $month, $day, $hour, $minute, $second, $ms)
        = $_[0] =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d+)Z$/ or die;

    return timegm($second, $minute, $hour, $day, $month - 1, $year)
           + $ms / 1000;
}

my $start = time;
my @issued = $nginx->together(map { [ $nginx->issue_request ] } 1 .. 30);
my ($expired, $used) = map { $_->{json}{code} } @issued;

is $nginx->message(text_message(">>$used<<"))->{status}, 200,
    'expiry - one code is used';
is $receiver->wait_for($used)->{json}{status}, 'validated', 'in time';

ok wait_until(sub { $receiver->requests == 30 }, 6),
    'expiry - the others fire by themselves';

# One worker finds that they have expired, once a second; its share goes out at
# once, and that of the other when it looks itself.
my @late = grep { $_->{time} - seconds($_->{json}{expires_at}) > 3 }
           $receiver->requests;
is_deeply \@late, [], 'expiry - within two looks and some time to call';
is_deeply [ grep { $_->{time} < seconds($_->{json}{expires_at}) }
            grep { $_->{json}{status} eq 'expired' } $receiver->requests ],
    [], 'and not before';

my $json = $receiver->wait_for($expired)->{json};
is_deeply [ @$json{qw( status phone_number profile_name validated_at error )} ],
    [ 'expired', undef, undef, undef, undef ], 'expiry - what the site hears';
is $json->{id}, $issued[0]{headers}{'whatsauth-id'}, 'with the id of the code';

is $nginx->message(text_message(">>$expired<<"))->{status}, 200,
    'expiry - a message that comes too late is taken';
is scalar(grep { $_->{json}{verification_code} eq $used }
          $receiver->requests), 1, 'a used code does not expire';
is scalar(grep { $_->{json}{verification_code} eq $expired }
          $receiver->requests), 1, 'and changes nothing';

# An ended verification is kept for a while, and then purged.

ok wait_until(sub { !$nginx->records }, 6), 'purge - after retain all is gone';
cmp_ok time - $start, '>', 2, 'but not before';

is $nginx->message(text_message(">>$used<<"))->{status}, 200,
    'purge - a message with a code of long ago is taken';
like $nginx->error_log, qr/reason=unknown/, 'and noted';

is $nginx->store_says('check'), "ok\n", 'purge - a sound store';

$nginx->stop;
done_testing;
