# A sender who hides the phone behind a user name is never logged in, and
# three of them end the code.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));

my %senders = (
    'no number at all' => sub { delete $_[0]{from} },
    'an empty number' => sub { $_[0]{from} = '' },
    'the user id in place of the number' => sub { $_[0]{from} = $_[1] },
    'digits that are no number' => sub { $_[0]{from} = '12345' },
);

sub message_from {
    my ($code, $how, $user_id) = @_;

    my $body = JSON::PP::decode_json(text_message(">>$code<<"));
    my $value = $body->{entry}[0]{changes}[0]{value};
    my $message = $value->{messages}[0];

    $senders{$how}->($message, $user_id);
    $message->{from_user_id} = $user_id;
    $value->{contacts} = [ {
        user_id => $user_id,
        profile => { name => 'John Doe', username => '@john' },
    } ];

    return JSON::PP::encode_json($body);
}

sub record_of {
    my ($code) = @_;

    return (grep { $_->{code} eq $code } $nginx->records)[0];
}

for my $how (sort keys %senders) {
    my $code = $nginx->issue->{json}{code};
    my @users = map { "US.1349120865530274191$_" } 1 .. 3;

    is $nginx->message(message_from($code, $how, $users[0]))->{status}, 200,
        "hidden number - $how";

    # One sender, whatever it sends, is one refusal.

    $nginx->message(message_from($code, $how, $users[0])) for 1 .. 3;
    $nginx->message(message_from($code, $how, $users[1])) for 1 .. 3;
    is_deeply [ @{ record_of($code) }{qw( status refusals )} ],
        [ 'requested', 2 ], 'two senders leave the code waiting';

    $nginx->message(message_from($code, $how, $users[2]));

    my $callback = ($receiver->wait_for($code) // {})->{json};
    is_deeply { map { $_ => $callback->{$_} }
                qw( status error phone_number profile_name validated_at ) },
        { status => 'failed', error => 'phone_number_unavailable',
          phone_number => undef, profile_name => undef,
          validated_at => undef },
        'a third one fails the login, and nothing is said of whom';

    $nginx->message(text_message(">>$code<<"));
}

is scalar(grep { $_->{status} ne 'failed' } $nginx->records), 0,
    'hidden number - a code that has failed stays so';

# Hidden and unauthorized senders count together.

my $code = $nginx->issue(authorized_numbers => '+56922222222')->{json}{code};
$nginx->message(text_message(">>$code<<"));
$nginx->message(message_from($code, 'an empty number', 'US.1'));
is record_of($code)->{refusals}, 2, 'both kinds - count';
$nginx->message(message_from($code, 'an empty number', 'US.2'));
is $receiver->wait_for($code)->{json}{error}, 'phone_number_unavailable',
    'both kinds - the last one gives the error';

# Messages with a certain number of the sender

$code = $nginx->issue->{json}{code};
$nginx->message(text_message(">>$code<<", from => '+56911111111'));
is $receiver->wait_for($code)->{json}{phone_number}, '+56911111111',
    'a number with a plus is the same number';

$nginx->stop;
done_testing;
