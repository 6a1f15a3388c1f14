package Test::WhatsAuth::Browser;

=head1 NAME

Test::WhatsAuth::Browser - a browser at the login page, without JavaScript

=head1 SYNOPSIS

    my $browser = Test::WhatsAuth::Browser->new($nginx);

    $browser->get('/login/?return=/private/');
    $browser->post('start', return => '/login/');
    $nginx->message(text_message($browser->text));
    $browser->post('finish', return => '/private/');

=head1 METHODS

=over

=item new($nginx, %option)

Options: C<login>, the path of the login page (C</login/>), and C<headers>,
which go with each request.

=item get($path, \%headers), post($name, %fields)

One request with the browser's cookies; keeps those of the answer.  A C<post>
goes to a name below the login page, from a page of the same origin; fields
whose names begin with C<-> are headers, and C<undef> leaves one out.

=item begin_login($number, %message)

Has the browser ask for a code, shows it the page, and sends the text of the
page from that number; C<%message> are options of C<text_message()>.

=item log_in($number, %message)

All steps of a login; returns the last answer.

=item logged_in($nginx, $number, %option)

A new browser that has logged in; options are those of C<new>.

=item state

The state that the last page is in.

=item new_state

Loads the login page, and returns its state.

=item text

What the last page asks the user to send.

=item cookies

Names and values, as a hash that can be changed.

=item cookie

All of them, as the value of the header C<Cookie>.

=item set_cookies($answer)

The cookies that an answer sets, by name, as whole lines.

=back

=cut

use strict;
use warnings;

use Test::WhatsAuth;

my %entity = (amp => '&', lt => '<', gt => '>', quot => '"', '#39' => "'");


sub new {
    my ($class, $nginx, %option) = @_;

    return bless {
        nginx => $nginx,
        login => '/login/',
        headers => {},
        cookies => {},
        %option,
    }, $class;
}


sub cookies {
    my ($self) = @_;

    return $self->{cookies};
}


sub cookie {
    my ($self) = @_;

    return join '; ', map { "$_=$self->{cookies}{$_}" }
                      sort keys %{ $self->{cookies} };
}


sub get {
    my ($self, $path, $headers) = @_;

    return $self->send('GET', $path, { 'Sec-Fetch-Site' => 'none',
                                       %{ $headers // {} } });
}


sub post {
    my ($self, $name, %fields) = @_;

    my %headers = ('Sec-Fetch-Site' => 'same-origin',
                   'Content-Type' => 'application/x-www-form-urlencoded');

    for my $field (grep { /^-/ } keys %fields) {
        $headers{$field =~ s/^-//r} = delete $fields{$field};
    }

    my $body = join '&', map { "$_=" . escape($fields{$_}) }
                         grep { defined $fields{$_} } sort keys %fields;

    return $self->send('POST', "$self->{login}$name", \%headers, $body);
}


sub begin_login {
    my ($self, $number, %message) = @_;

    $self->post('start');
    $self->get($self->{login});
    $self->{nginx}->message(text_message($self->text, from => $number,
                                         %message));
}


sub log_in {
    my ($self, $number, %message) = @_;

    $self->begin_login($number, %message);
    return $self->post('finish');
}


sub logged_in {
    my ($class, $nginx, $number, %option) = @_;

    my $self = $class->new($nginx, %option);

    $self->log_in($number);
    return $self;
}


sub send {
    my ($self, $method, $path, $headers, $body) = @_;

    my $cookies = $self->cookie;
    my $answer = $self->{nginx}->request($method, $path,
        { %{ $self->{headers} }, $cookies ne '' ? (Cookie => $cookies) : (),
          %$headers }, $body);

    $self->keep($answer);
    $self->{page} = $answer->{body} if $method eq 'GET';
    return $answer;
}


sub set_cookies {
    my ($self, $answer) = @_;

    return map { /^([^=]+)=/ ? ($1 => $_) : () }
           split /, (?=[\w-]+=)/, $answer->{headers}{'set-cookie'} // '';
}


sub keep {
    my ($self, $answer) = @_;

    my %set = $self->set_cookies($answer);

    for my $name (keys %set) {
        my ($value) = $set{$name} =~ /=([^;]*)/;

        if ($set{$name} =~ /Max-Age=0\b/) {
            delete $self->{cookies}{$name};

        } else {
            $self->{cookies}{$name} = $value;
        }
    }
}


sub state {
    my ($self) = @_;

    my ($state) = $self->{page} =~ /\bdata-state="(\w+)"/;
    return $state // '';
}


sub new_state {
    my ($self) = @_;

    $self->get($self->{login});
    return $self->state;
}


# The text of the link, as a browser would send it.

sub text {
    my ($self) = @_;

    my ($text) = $self->{page} =~ m{https://wa\.me/[^?"]+\?text=([^"&]+)}
        or return '';

    return $text =~ s/&(#?\w+);/$entity{$1} \/\/ ''/ger
                 =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger;
}


sub escape {
    my ($text) = @_;

    return $text =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02X', ord $1/ger;
}


1;
