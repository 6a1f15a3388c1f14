# A code validates at most once, before it expires.  Every ignored message
# with a code leaves one line with the reason.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Time::HiRes qw( sleep );

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));
my @secrets;

sub issue {
    my $answer = $nginx->issue;
    push @secrets, $answer->{json}{code};
    return @{ $answer }{'json', 'headers'}, $answer->{json}{code};
}

# Notes of one id

sub reasons {
    my ($id) = @_;

    return join ' ', $nginx->error_log
        =~ /\[notice\].* reason=(\w+), app=demo, id=\Q$id\E/g;
}

sub ignored {
    my ($title, $reason, %option) = @_;

    my $answer = $nginx->issue;
    my $code = $answer->{json}{code};
    push @secrets, $code;

    is $nginx->message(text_message(">>$code<<", %option))->{status}, 200,
        "message - $title";
    is reasons($answer->{headers}{'whatsauth-id'}), $reason,
        "does nothing and says $reason";

    return $code;
}

# Messages of other kinds

my $code = ignored('forwarded', 'forwarded',
                   message => { context => { forwarded => \1 } });
ignored('frequently forwarded', 'forwarded',
        message => { context => { frequently_forwarded => \1 } });
ignored('of a group', 'group', message => { group_id => 'G1' });
ignored('from our own number', 'own_number', from => '56943426553');
ignored('without an id', 'no_message_id', id => '');
ignored('an old one', 'old_message', timestamp => '' . (time - 62));
ignored('of 1970', 'old_message', timestamp => '1');

# A time that cannot be read might be that of an old message.

ignored("with the timestamp '$_'", 'bad_timestamp', timestamp => $_)
    for '', '0', 'now', '-1', time . 'x', time . '000', '9' x 30;
ignored('with a negative timestamp', 'bad_timestamp', timestamp => -time);
ignored('with a timestamp of milliseconds', 'bad_timestamp',
        timestamp => time * 1000);
ignored('with an object as timestamp', 'bad_timestamp',
        timestamp => { seconds => time });
ignored('with a list as timestamp', 'bad_timestamp', timestamp => [ time ]);
ignored('with true as timestamp', 'bad_timestamp', timestamp => \1);

for my $type ('image', 'button', 'reaction', 'system') {
    my $answer = $nginx->issue;
    my $typed = $answer->{json}{code};
    $nginx->message(text_message('', message => {
        type => $type,
        $type => { caption => ">>$typed<<", text => ">>$typed<<" },
    }));
    is reasons($answer->{headers}{'whatsauth-id'}), 'other_type',
        "message - of type $type";
}

is scalar(grep { $_->{status} ne 'requested' } $nginx->records), 0,
    'none of these validated anything';

# A refused message does not use the code up.

$nginx->message(text_message(">>$code<<"));
ok $receiver->wait_for($code), 'message - a good one after a forwarded one';

# Once

my $answer = $nginx->issue;
$code = $answer->{json}{code};
my $message = text_message(">>$code<<");

$nginx->message($message) for 1 .. 2;
$nginx->message(text_message(">>$code<<", from => '56922222222'));

ok $receiver->wait_for($code), 'message - the first one counts';
is reasons($answer->{headers}{'whatsauth-id'}), 'duplicate used',
    'the same again is a duplicate, another one finds the code used';
sleep 0.3;
is scalar(grep { $_->{json}{verification_code} eq $code }
          $receiver->requests), 1, 'and the site hears it once';

# A message without a time, and one a little before the code

for my $time ('' . (time - 55), time, time + 0.5) {
    $code = $nginx->issue->{json}{code};
    $nginx->message(text_message(">>$code<<", timestamp => $time));
    ok $receiver->wait_for($code), "message - with the timestamp '$time'";
}

for my $absent ('', '"timestamp":null,') {
    $code = $nginx->issue->{json}{code};
    $nginx->message(text_message(">>$code<<")
                    =~ s/"timestamp":"\d+",/$absent/r);
    ok $receiver->wait_for($code),
        'message - without a timestamp ' . ($absent && '(null)');
}

# Unknown

$nginx->message(text_message('>>0123456789<<'));
like $nginx->error_log, qr/\[notice\].* reason=unknown\b/,
    'message - an unknown code';

# The log keeps its secrets.

my $log = $nginx->error_log;
is scalar(grep { $log =~ /\Q$_\E/ } @secrets, '0123456789'), 0,
    'no code is in the error log';
unlike $log, qr/569\d{8}/, 'and no number';

$nginx->stop;

# Expired

$nginx = start_nginx(callback_url => $receiver->url('/204'),
                     app => 'expires 1s;');
$answer = $nginx->issue;
$code = $answer->{json}{code};
my $early = $nginx->issue;
my $now = time;
$nginx->message(text_message(">>$early->{json}{code}<<",
                             timestamp => '' . ($now + 5)));
is reasons($early->{headers}{'whatsauth-id'}), 'expired',
    'message - one that was sent after expiry, by its own time';
sleep 1.1;
$nginx->message(text_message(">>$code<<", timestamp => "$now"));
is reasons($answer->{headers}{'whatsauth-id'}), 'expired',
    'message - a code that has expired, although it was sent in time';
is $receiver->wait_for($code)->{json}{status}, 'expired',
    'and the site hears that it has';

$nginx->stop;
done_testing;
