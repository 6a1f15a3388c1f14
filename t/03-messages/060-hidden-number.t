# A sender who hides the phone behind a user name is never logged in.

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
    'the user id in place of the number' => sub {
        $_[0]{from} = 'US.13491208655302741918'
    },
    'digits that are no number' => sub { $_[0]{from} = '12345' },
);

for my $how (sort keys %senders) {
    my $code = $nginx->issue->{json}{code};
    my $body = JSON::PP::decode_json(text_message(">>$code<<"));
    my $value = $body->{entry}[0]{changes}[0]{value};
    my $message = $value->{messages}[0];

    $senders{$how}->($message);
    $message->{from_user_id} = 'US.13491208655302741918';
    $value->{contacts} = [ {
        user_id => 'US.13491208655302741918',
        profile => { name => 'John Doe', username => '@john' },
    } ];

    is $nginx->message(JSON::PP::encode_json($body))->{status}, 200,
        "hidden number - $how";

    my $callback = ($receiver->wait_for($code) // {})->{json};
    is_deeply { map { $_ => $callback->{$_} }
                qw( status error phone_number profile_name validated_at ) },
        { status => 'failed', error => 'phone_number_unavailable',
          phone_number => undef, profile_name => undef,
          validated_at => undef }, 'fails the login, and says nothing of whom';

    $nginx->message(text_message(">>$code<<"));
}

is scalar(grep { $_->{status} ne 'failed' } $nginx->records), 0,
    'hidden number - a code that has failed stays so';

# What the sender's number is without any doubt

my $code = $nginx->issue->{json}{code};
$nginx->message(text_message(">>$code<<", from => '+56911111111'));
is $receiver->wait_for($code)->{json}{phone_number}, '+56911111111',
    'a number with a plus is the same number';

$nginx->stop;
done_testing;
